import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, TLSSocket } from 'node:tls';

/** A test waits no longer than that for a reply unless it says so. */
const REPLY_WITHIN_MS = 30_000;

export interface LineOptions {
  port: number;
  host?: string;
  /** Where the connection comes from: all of 127.0.0.0/8 is this machine. */
  localAddress?: string;
  /** Present: TLS from the first byte. Certificates are not checked. */
  tls?: ConnectionOptions;
}

/** A raw SMTP connection: writes exactly the bytes it is given and reads whole replies. No protocol knowledge beyond that. */
export class SmtpLine {
  #socket: Socket;
  /** Beneath TLS. */
  #raw: Socket;
  #received = '';
  #isClosed = false;
  #wake: (() => void)[] = [];
  /** What came, as it came off the socket. */
  readonly chunks: string[] = [];

  private constructor(socket: Socket, raw: Socket) {
    this.#socket = socket;
    this.#raw = raw;
    this.#listen();
  }

  /** Connects; the greeting is still to be read. @throws Error when the connection or the TLS handshake fails */
  static connect(options: LineOptions): Promise<SmtpLine> {
    const { port, host = '127.0.0.1', localAddress, tls } = options;
    return new Promise((resolve, reject) => {
      const raw = connect({ host, port, localAddress, noDelay: true });
      const socket = tls ? connectTls({ socket: raw, rejectUnauthorized: false, ...tls }) : raw;
      socket.once('error', reject);
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        socket.off('error', reject);
        resolve(new SmtpLine(socket, raw));
      });
    });
  }

  /** Connects and reads the greeting. */
  static async open(options: LineOptions): Promise<SmtpLine> {
    const line = await SmtpLine.connect(options);
    await line.expect(220);
    return line;
  }

  /** Version of TLS, null in plain. */
  get tlsVersion(): string | null {
    return this.#socket instanceof TLSSocket ? this.#socket.getProtocol() : null;
  }

  send(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Writes a line with CRLF and reads the reply. */
  say(command: string, withinMs?: number): Promise<string> {
    this.send(`${command}\r\n`);
    return this.reply(withinMs);
  }

  /** One whole reply without its last CRLF. @throws Error with what came instead */
  async reply(withinMs: number = REPLY_WITHIN_MS): Promise<string> {
    const end = Date.now() + withinMs;
    for (;;) {
      const match = /^\d{3}(?: [^\n]*)?\r\n/m.exec(this.#received);
      if (match) {
        const reply = this.#received.slice(0, match.index + match[0].length);
        this.#received = this.#received.slice(reply.length);
        return reply.trimEnd();
      }
      if (this.#isClosed) throw new Error(`closed before a reply; got ${JSON.stringify(this.#received)}`);
      if (Date.now() >= end) throw new Error(`no reply within ${withinMs} ms; got ${JSON.stringify(this.#received)}`);
      await this.#news(end - Date.now());
    }
  }

  /** The next reply, which must have that code. */
  async expect(code: number, withinMs?: number): Promise<string> {
    const reply = await this.reply(withinMs);
    if (!reply.startsWith(`${code}`)) throw new Error(`expected ${code}, got ${JSON.stringify(reply)}`);
    return reply;
  }

  /** Everything until the other side closes. */
  async rest(withinMs: number = REPLY_WITHIN_MS): Promise<string> {
    const end = Date.now() + withinMs;
    while (!this.#isClosed) {
      if (Date.now() >= end) throw new Error(`not closed within ${withinMs} ms; got ${JSON.stringify(this.#received)}`);
      await this.#news(end - Date.now());
    }
    return this.#received;
  }

  /** The TLS handshake after STARTTLS; the command and its reply are the caller's. */
  async secure(tls: ConnectionOptions = {}): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
    this.#socket = await new Promise<TLSSocket>((resolve, reject) => {
      const secured = connectTls({ socket: plain, rejectUnauthorized: false, ...tls });
      secured.once('error', reject);
      secured.once('secureConnect', () => {
        secured.off('error', reject);
        resolve(secured);
      });
    });
    this.#listen();
  }

  /** FIN. */
  end(): void {
    this.#socket.end();
  }

  /** RST. */
  reset(): void {
    this.#raw.resetAndDestroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #listen(): void {
    const wake = () => {
      for (const resolve of this.#wake.splice(0)) resolve();
    };
    this.#socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      this.chunks.push(text);
      this.#received += text;
      wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      wake();
    });
  }

  #news(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
