import { decodeUuLine, isUuEnd, isUuRow, isUuZero, uuFileName, withoutEnd } from './uu-lines.ts';

/** What stands in a text, in its order. Texts and names have one byte per character. */
export interface SplitEvents {
  text(text: string): void;
  file(name: string): void;
  bytes(bytes: Buffer): void;
}

/** An unfinished line that is longer begins no file and is no row. */
const MAX_WAITING = 1200;

/**
 * Tells the files in uuencode that stand in a text from the text around them, piece by piece. A file is `begin`, its name, and two rows at least (or one and the
 * end); it goes on as long as rows do. Holds three lines at most.
 */
export class UuSplitter {
  readonly #events: SplitEvents;
  #waiting = '';
  #isMidLine = false;
  /** A beginning, and a row, until the next line tells whether they are a file's. */
  #held: string[] = [];
  #state: 'text' | 'file' | 'ended' = 'text';

  constructor(events: SplitEvents) {
    this.#events = events;
  }

  push(text: string): void {
    let start = 0;
    for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', start)) {
      const line = this.#waiting + text.slice(start, feed + 1);
      this.#waiting = '';
      start = feed + 1;
      if (this.#isMidLine) {
        this.#isMidLine = false;
        this.#events.text(line);
      } else this.#line(line);
    }
    this.#waiting += text.slice(start);
    if (this.#waiting.length <= MAX_WAITING) return;
    if (!this.#isMidLine) this.#endFile();
    this.#isMidLine = true;
    // A CR may be half of a line end.
    const stop = this.#waiting.endsWith('\r') ? this.#waiting.length - 1 : this.#waiting.length;
    this.#events.text(this.#waiting.slice(0, stop));
    this.#waiting = this.#waiting.slice(stop);
  }

  end(): void {
    const last = this.#waiting;
    this.#waiting = '';
    if (last !== '' && this.#isMidLine) this.#events.text(last);
    else if (last !== '') this.#line(last);
    // A mail that was cut behind its first row.
    if (this.#held.length === 2) this.#beginFile();
    this.#endFile();
  }

  #line(line: string): void {
    const bare = withoutEnd(line);
    if (this.#state !== 'text') {
      if (this.#state === 'file' && isUuRow(bare)) {
        this.#events.bytes(decodeUuLine(bare));
        return;
      }
      if (isUuZero(bare)) {
        this.#state = 'ended';
        return;
      }
      this.#state = 'text';
      if (isUuEnd(bare)) return;
    }
    const [begin, row] = this.#held;
    if (begin !== undefined && row === undefined && isUuRow(bare)) {
      this.#held.push(line);
      return;
    }
    if (row !== undefined && (isUuRow(bare) || isUuZero(bare) || isUuEnd(bare))) {
      this.#beginFile();
      this.#line(line);
      return;
    }
    this.#endFile();
    if (uuFileName(bare) !== null) this.#held = [line];
    else this.#events.text(line);
  }

  #beginFile(): void {
    const [begin, row] = this.#held;
    this.#held = [];
    this.#state = 'file';
    this.#events.file(uuFileName(withoutEnd(begin!))!);
    this.#events.bytes(decodeUuLine(withoutEnd(row!)));
  }

  /** What was held was text. */
  #endFile(): void {
    this.#state = 'text';
    const held = this.#held;
    this.#held = [];
    for (const line of held) this.#events.text(line);
  }
}

/** True when a file begins in these bytes of a text, of which more may follow. */
export function holdsUuFile(text: string): boolean {
  return splitBeginning(text).hasFile;
}

/** True when a file begins in these bytes and words stand before it. */
export function textBeforeUu(text: string): boolean {
  const { hasFile, before } = splitBeginning(text);
  return hasFile && before.trim() !== '';
}

function splitBeginning(text: string): { hasFile: boolean; before: string } {
  const found = { hasFile: false, before: '' };
  const splitter = new UuSplitter({
    text: (piece) => {
      if (!found.hasFile) found.before += piece;
    },
    bytes() {},
    file() {
      found.hasFile = true;
    },
  });
  splitter.push(text);
  splitter.end();
  return found;
}
