import { createWriteStream, openSync, renameSync, statSync, type WriteStream } from 'node:fs';

const KEPT_FILES = 3;

/** An append-only log of bounded size: at `maxBytes` it becomes `.1`, the older ones move up, the oldest goes. */
export class LogFile {
  #path: string;
  #maxBytes: number;
  #stream: WriteStream;
  #bytes: number;

  constructor(path: string, maxBytes = 10_000_000) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#bytes = sizeOf(path);
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#bytes > this.#maxBytes) this.#rotate();
    this.#bytes += Buffer.byteLength(line) + 1;
    this.#stream.write(`${line}\n`);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(() => resolve()));
  }

  #open(): WriteStream {
    // Opened at once: a rotation right after must find the file.
    const stream = createWriteStream(this.#path, { fd: openSync(this.#path, 'a', 0o600) });
    // A full disk must not stop the relay: the log loses lines, the doors answer 451 by themselves.
    stream.on('error', () => {});
    return stream;
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
    this.#stream = this.#open();
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
