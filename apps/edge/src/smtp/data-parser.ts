import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { isClientHello } from '../doors/first-bytes.ts';
import { letGo } from '../doors/let-go.ts';
import { CommandLines } from './command-lines.ts';
import { DotScanner } from './dot-scanner.ts';
import type { DataSink } from './session.ts';

/** Room for a RCPT with a hundred addresses (E7); AUTH answers are 76 characters. */
const MAX_COMMAND = 8192;
/** Silence behind an end mark that is not strict ends the data (design, section 4): a client that has said all waits for its answer. */
const SILENCE_MS = 3000;

type Done = (error?: Error | null) => void;

const nothing = (): void => {};
const NONE: Buffer = Buffer.alloc(0);

/**
 * Lines of commands, and a DATA phase of our own: end mark by `indexOf` instead of byte by byte (half of the CPU of a large mail),
 * straight into the sink, with its backpressure. Of the library's parser it keeps what the library's connection asks of one.
 */
export class DataParser extends SMTPStream {
  /** The client began with a ClientHello where plain text was expected. */
  onClientHello: () => void = () => {};
  /** The data ended with a mark that is not strict, or with none. */
  onLooseEnd: (hasMark: boolean) => void = () => {};
  #isFirst = true;
  /** First bytes that may be the beginning of a ClientHello: too few to tell. */
  #early = NONE;
  #lines: CommandLines;
  #scanner: DotScanner | undefined;
  #sink: DataSink | undefined;
  #waits: Promise<void>[] = [];
  #silence: NodeJS.Timeout | undefined;
  /** A mail that silence ended, until it is answered. */
  #ending: Promise<void> | undefined;

  constructor() {
    super();
    this.#lines = new CommandLines(this, MAX_COMMAND);
  }

  onLine(line: Buffer, resume: () => void): void {
    this.oncommand(line, resume);
  }

  /** Bytes came with the present command line, behind it. */
  get hasMore(): boolean {
    return this.#lines.hasMore;
  }

  /** A command has begun and not ended: its client may end lines by CR alone (H9). */
  get isInLine(): boolean {
    return this.#early.length > 0 || this.#lines.isInLine;
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

  /** Nothing is read any more. It lets go of whoever listened, and of a mail that has not ended. */
  retire(): void {
    this.isClosed = true;
    clearTimeout(this.#silence);
    this.#sink = undefined;
    this.#scanner = undefined;
    this.oncommand = nothing;
    this.onClientHello = nothing;
    this.onLooseEnd = nothing;
    letGo(this);
  }

  /** True between DATA and its end mark. */
  get isReceiving(): boolean {
    return this._dataMode;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding | 'buffer', next: Done): void {
    clearTimeout(this.#silence);
    if (this.#ending) {
      this.#ending.then(() => this._write(chunk, encoding, next), next);
      return;
    }
    const bytes = this.#isFirst ? this.#look(chunk) : chunk;
    if (this.isClosed || bytes.length === 0) next();
    else if (this._dataMode) this._feedDataStream(bytes, next);
    else this.#readLines(bytes, next);
  }

  /** What is to be read as lines, once it is known that the client does not begin with TLS. */
  #look(chunk: Buffer): Buffer {
    const bytes = this.#early.length ? Buffer.concat([this.#early, chunk]) : chunk;
    const isHello = isClientHello(bytes);
    this.#isFirst = isHello === null;
    this.#early = isHello === null ? bytes : NONE;
    if (isHello) {
      this.isClosed = true;
      this.onClientHello();
    }
    return isHello === null ? NONE : bytes;
  }

  #readLines(bytes: Buffer, done: Done): void {
    this.#lines.push(bytes, (error, mail) => {
      if (error || mail.length === 0) done(error);
      else this._feedDataStream(mail, done);
    });
  }

  /** The client ended its side in the middle of a line. */
  override _flushData(): void {
    const line = this.#early.length ? this.#early : this.#lines.flush();
    if (line.length && !this.isClosed) this.oncommand(line);
  }

  /** The client has been silent for as long as one may: a mail that lacks nothing but its end mark (H13) ends. False: there is none. */
  endIfWhole(): boolean {
    if (!this.#sink?.isWhole) return false;
    this.#endLoosely();
    return true;
  }

  /** The client ended its side: nothing can follow a mark that is not strict, nor a mail that lacks nothing but its mark. */
  override _final(done: Done): void {
    clearTimeout(this.#silence);
    if (this.#scanner?.endsLoosely) this.#endLoosely();
    else this.endIfWhole();
    if (this.#ending) this.#ending.then(() => done(), done);
    else done();
  }

  override _destroy(error: Error | null, done: Done): void {
    clearTimeout(this.#silence);
    done(error);
  }

  override _feedDataStream(chunk: Buffer, done: Done): void {
    const end = this.#scanner!.push(chunk);
    if (end < 0) {
      this.#whenTaken((error) => {
        if (!error && this.#scanner?.endsLoosely) this.#awaitSilence();
        done(error);
      });
      return;
    }
    const rest = chunk.subarray(end);
    const sink = this.#leaveData();
    this.#whenTaken((error) => {
      if (error) return done(error);
      // Pipelined commands behind the mail wait for its answer.
      sink.end().then(() => (rest.length ? this.#readLines(rest, done) : done()), done);
    });
  }

  /** In two halves: a process that stood still reads what came meanwhile before the second one is over. */
  #awaitSilence(): void {
    const half = (then: () => void) => {
      this.#silence = setTimeout(then, SILENCE_MS / 2);
    };
    half(() => half(() => this.#endLoosely()));
  }

  #endLoosely(): void {
    this.onLooseEnd(this.#scanner!.endsLoosely);
    this.#ending = this.#leaveData()
      .end()
      .finally(() => {
        this.#ending = undefined;
      });
  }

  #leaveData(): DataSink {
    const sink = this.#sink!;
    this._dataMode = false;
    this.#sink = undefined;
    this.#scanner = undefined;
    return sink;
  }

  #whenTaken(done: Done): void {
    const waits = this.#waits.splice(0);
    if (waits.length === 0) done();
    else Promise.all(waits).then(() => done(), done);
  }
}
