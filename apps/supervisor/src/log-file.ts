import { createWriteStream, openSync, renameSync, statSync, type WriteStream } from 'node:fs';

const KEPT_FILES = 3;
/** A disk that was full is tried again that often. */
const REOPEN_EVERY_MS = 1000;
/** Lines in memory while the disk stands still: minutes of a busy relay. What comes then is left out, and counted. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** An append-only log of bounded size: at `maxBytes` it becomes `.1`, the older ones move up, the oldest goes. */
export class LogFile {
  #path: string;
  #maxBytes: number;
  #stream: WriteStream;
  #bytes: number;
  #triedAt = 0;
  #leftOut = 0;

  constructor(path: string, maxBytes = 10_000_000) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#bytes = sizeOf(path);
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#stream.destroyed && !this.#reopen()) return;
    if (this.waitingBytes > MAX_WAITING_BYTES) {
      this.#leftOut += 1;
      return;
    }
    if (this.#leftOut > 0) {
      const lines = this.#leftOut;
      this.#leftOut = 0;
      this.write(JSON.stringify({ time: new Date().toISOString(), event: 'log.lines_left_out', lines }));
    }
    if (this.#bytes > this.#maxBytes) this.#rotate();
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#stream.write(`${line}\n`);
  }

  /** What the disk has not taken yet. */
  get waitingBytes(): number {
    return this.#stream.writableLength;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }

  #open(): WriteStream {
    // Opened at once: a rotation right after must find the file.
    const stream = createWriteStream(this.#path, { fd: openSync(this.#path, 'a', 0o600) });
    // A full disk must not stop the relay: the log loses lines until there is room again, the doors answer 451 by themselves.
    stream.on('error', () => {});
    return stream;
  }

  /** An error ends a stream for good. */
  #reopen(): boolean {
    if (Date.now() - this.#triedAt < REOPEN_EVERY_MS) return false;
    this.#triedAt = Date.now();
    try {
      this.#stream = this.#open();
      this.#bytes = sizeOf(this.#path);
      return true;
    } catch {
      return false;
    }
  }

  #rotate(): void {
    this.#stream.end();
    for (let number = KEPT_FILES - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`;
      try {
        renameSync(from, `${this.#path}.${number + 1}`);
      } catch {
        // Not there yet.
      }
    }
    this.#bytes = 0;
    try {
      this.#stream = this.#open();
    } catch {
      // No room for a new file: the ended stream refuses the next line, and the one after it reopens.
    }
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
