import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

const REPLY_WITHIN_MS = 30_000;

/** A raw POP3 connection: writes the bytes that it is given, reads lines. */
export class Pop3Line {
  #socket: Socket;
  #received = '';
  #isClosed = false;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#listen();
  }

  /** Connects and reads the greeting. `tls`: from the first byte. */
  static async open(port: number, options: { tls?: ConnectionOptions; localAddress?: string } = {}): Promise<Pop3Line> {
    const raw = connect({ port, host: '127.0.0.1', localAddress: options.localAddress, noDelay: true });
    const socket = options.tls ? connectTls({ socket: raw, rejectUnauthorized: false, ...options.tls }) : raw;
    await new Promise((resolve, reject) => {
      socket.once(options.tls ? 'secureConnect' : 'connect', resolve).once('error', reject);
    });
    const line = new Pop3Line(socket);
    const greeting = await line.line();
    if (!greeting.startsWith('+OK')) throw new Error(greeting);
    return line;
  }

  send(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  say(command: string): Promise<string> {
    this.send(`${command}\r\n`);
    return this.line();
  }

  /** Every line up to the lone dot. */
  async lines(): Promise<string[]> {
    const found: string[] = [];
    for (let next = await this.line(); next !== '.'; next = await this.line()) found.push(next);
    return found;
  }

  async line(): Promise<string> {
    const end = Date.now() + REPLY_WITHIN_MS;
    for (;;) {
      const at = this.#received.indexOf('\r\n');
      if (at !== -1) {
        const line = this.#received.slice(0, at);
        this.#received = this.#received.slice(at + 2);
        return line;
      }
      if (this.#isClosed || Date.now() >= end) throw new Error(`no line; got ${JSON.stringify(this.#received)}`);
      await this.#news(end - Date.now());
    }
  }

  /** What comes until the other side closes. */
  async rest(): Promise<string> {
    const end = Date.now() + REPLY_WITHIN_MS;
    while (!this.#isClosed && Date.now() < end) await this.#news(end - Date.now());
    if (!this.#isClosed) throw new Error('not closed');
    return this.#received;
  }

  async secure(): Promise<void> {
    const plain = this.#socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
    const secured = connectTls({ socket: plain, rejectUnauthorized: false });
    await new Promise((resolve, reject) => secured.once('secureConnect', resolve).once('error', reject));
    this.#socket = secured;
    this.#listen();
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    this.#socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.toString('latin1');
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  #news(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
