import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { DotScanner } from './dot-scanner.ts';
import type { DataSink } from './session.ts';

/** Room for a RCPT with a hundred addresses (E7); AUTH answers are 76 characters. */
const MAX_COMMAND = 8192;
/** First byte of a TLS record that holds a handshake. */
const TLS_HANDSHAKE = 0x16;

type Done = (error?: Error | null) => void;

/**
 * The library's line reader with a DATA phase of our own: end mark by `indexOf` instead of byte by byte (half of the CPU of a large mail),
 * straight into the sink, with its backpressure.
 */
export class DataParser extends SMTPStream {
  /** The client began with a ClientHello where plain text was expected. */
  onClientHello: () => void = () => {};
  #isFirst = true;
  #scanner: DotScanner | undefined;
  #sink: DataSink | undefined;
  #waits: Promise<void>[] = [];

  constructor() {
    super({ maxCommandLength: MAX_COMMAND });
  }

  /** The bytes behind the present command line are mail. */
  receive(sink: DataSink): void {
    this._dataMode = true;
    this.#sink = sink;
    this.#scanner = new DotScanner((bytes) => {
      const wait = sink.write(bytes);
      if (wait) this.#waits.push(wait);
    });
  }

  /** True between DATA and its end mark. */
  get isReceiving(): boolean {
    return this._dataMode;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding | 'buffer', next: Done): void {
    if (this.#isFirst && chunk.length) {
      this.#isFirst = false;
      if (chunk[0] === TLS_HANDSHAKE) {
        this.isClosed = true;
        this.onClientHello();
      }
    }
    super._write(chunk, encoding, next);
  }

  override _feedDataStream(chunk: Buffer, done: Done): void {
    const end = this.#scanner!.push(chunk);
    if (end < 0) {
      this.#whenTaken(done);
      return;
    }
    const rest = chunk.subarray(end);
    const sink = this.#sink!;
    this._dataMode = false;
    this.#sink = undefined;
    this.#scanner = undefined;
    this.#whenTaken((error) => {
      if (error) return done(error);
      // Pipelined commands behind the mail wait for its answer.
      sink.end().then(() => this._write(rest, 'buffer', done), done);
    });
  }

  #whenTaken(done: Done): void {
    const waits = this.#waits.splice(0);
    if (waits.length === 0) done();
    else Promise.all(waits).then(() => done(), done);
  }
}
