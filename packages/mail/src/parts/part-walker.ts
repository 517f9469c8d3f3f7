import { scanHeader } from '../reading/header-scan.ts';
import { base64Run } from './base64-run.ts';
import { HeaderLines } from './header-lines.ts';
import { HeldEnd, reopens } from './held-end.ts';
import { LineCounts } from './line-counts.ts';
import { countCr, damagedDelimiter, endsWith, FIELD_MAX, isEmptyLine, isPartField, trimLineEnd } from './line-text.ts';
import { matchDelimiter, takeFound } from './open-level.ts';
import type { DelimiterWay } from './part-events.ts';
import { type PartRoot, rootOf } from './part-root.ts';
import { QuotedBeginning } from './quoted-multipart.ts';
import { Base64Decoder, QuotedDecoder } from './transfer-decoders.ts';
import { MAX_BOUNDARY, MAX_DEPTH, MAX_FOUND, MAX_PARTS, MAX_WAITING } from './walk-limits.ts';
import { WalkState } from './walk-state.ts';

/** Where no row of base64 begins, the next is looked for so many lines further on. */
const LINES_APART = 256;

const DASH = 45;
const BASE64_LINE = /^[A-Za-z0-9+/]{15,}={0,2}$/;

/**
 * Walks through a body of any size and tells its structure, holding one line and one header at most. Tolerant as its readers are: a boundary that is
 * missing or cut short is that of the first delimiter line, and every multipart that was begun is closed. `multipart/signed`, `multipart/encrypted` and `message/*` are
 * content like any other: nothing is looked for in them.
 */
export class PartWalker extends WalkState {
  #waiting = '';
  #isMidLine = false;
  readonly #header = new HeaderLines();
  /** A line that may be the first delimiter of a multipart whose boundary is missing: the next line tells. */
  #candidate = '';
  #quoted: QuotedBeginning | null = null;
  #end: HeldEnd | null = null;
  /** The end of a line that may be a delimiter whose own line was not begun: the next one tells. */
  #glued = '';
  /** Of all that was pushed. */
  readonly counts = new LineCounts();

  protected innerWalk(root: PartRoot, index: number): PartWalker {
    return new PartWalker(root, this.events, this.count, index);
  }

  push(chunk: string): void {
    if (this.#waiting === '') {
      this.#read(chunk, 0);
      return;
    }
    // The line that waits is ended apart: to join whole chunks would copy each of them.
    const start = chunk.indexOf('\n') + 1;
    const line = this.#waiting + (start === 0 ? chunk : chunk.slice(0, start));
    this.#waiting = '';
    this.#read(line, 0);
    if (start > 0) this.#read(chunk, start);
  }

  #read(text: string, start: number): void {
    const { counts } = this;
    let at = start;
    /** Start of what was not told yet. */
    let from = start;
    let isStart = !this.#isMidLine;
    let isContent = this.#isContent();
    let mark = this.#mark();
    // Of the lines since the last one that means something: this loop runs for each line of a picture.
    let longest = 0;
    let lengths = 0;
    let above = -1;
    let runFrom = 0;
    let cr = text.indexOf('\r', start);
    for (let feed = text.indexOf('\n', start); feed !== -1; feed = text.indexOf('\n', at)) {
      const doubledBefore = counts.doubled;
      if (cr !== -1 && cr < feed - 1) cr = counts.lastCr(text, cr, feed);
      const hasCr = cr !== -1 && cr === feed - 1;
      if (hasCr) cr = text.indexOf('\r', feed + 1);
      else counts.bareLf += 1;
      counts.lineEnds += 1;
      if (isStart && (!isContent || (text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === DASH))) {
        this.measure(longest, lengths);
        longest = 0;
        lengths = 0;
        if (this.#endHeaderAt(text, at)) from = at;
        // The same whether the line came whole or in pieces.
        if (feed - at > MAX_WAITING && this.mode !== 'header') from = this.#longLine(text, from, at);
        else from = this.#structure(text, from, at, feed + 1);
        isContent = this.#isContent();
        mark = this.#mark();
      }
      const length = feed - at - (hasCr ? 1 : 0) - (counts.doubled - doubledBefore);
      if (isContent && length > mark.length && endsWith(text, hasCr ? feed - 1 : feed, mark)) {
        const split = (hasCr ? feed - 1 : feed) - mark.length;
        this.measure(split - at);
        this.tell(text, from, split);
        this.#glued = text.slice(split, feed + 1);
        from = feed + 1;
        isContent = false;
      }
      if (from <= at) {
        if (length > longest) longest = length;
        lengths |= length;
      }
      isStart = true;
      at = feed + 1;
      if (isContent && hasCr && length === above && at >= runFrom) {
        const end = base64Run(text, at, length + 2);
        if (end > at) cr = text.indexOf('\r', end);
        counts.lineEnds += (end - at) / (length + 2);
        runFrom = end > at ? end : at + LINES_APART * length;
        at = end;
      }
      above = length;
    }
    if (at > start) this.#isMidLine = false;
    this.measure(longest, lengths);
    this.tell(text, from, at);
    this.#wait(text, at);
  }

  /** False where the next line has to be looked at whatever it begins with. */
  #isContent(): boolean {
    return (this.mode === 'leaf' && this.#glued === '') || this.mode === 'rest';
  }

  /** The delimiter that the end of a part's line may be; empty where none can. */
  #mark(): string {
    const level = this.mode === 'leaf' ? this.levels.at(-1) : undefined;
    return level?.isSeen ? `--${level.boundary}` : '';
  }

  end(): void {
    const last = this.#waiting;
    this.#waiting = '';
    if (last !== '') {
      this.counts.bareCr += countCr(last);
      this.#endHeaderAt(last, 0);
      if (this.#isMidLine || this.#structure(last, 0, 0, last.length) === 0) {
        this.measure(last.length);
        this.tell(last, 0, last.length);
      }
    }
    this.#settle();
    if (this.mode === 'header') this.#header.dropCutName();
    if (this.mode === 'header' && this.#header.text !== '') this.#endHeader(true);
    if (this.mode === 'leaf' && this.levels.length === 0) {
      this.content(this.lineEnd);
      this.lineEnd = '';
    }
    this.leave(0);
    if (this.lineEnd !== '') this.events.rest(this.lineEnd);
  }

  /** What a line means beside being content. Gives where the text begins that was not told. */
  #structure(text: string, from: number, at: number, next: number): number {
    if (this.mode === 'rest') return from;
    if (this.#glued !== '') this.#settleGlued(isPartField(text, at));
    const isDashed = text.charCodeAt(at) === DASH && text.charCodeAt(at + 1) === DASH;
    if (isDashed && this.mode === 'outside' && this.levels.at(-1)?.encoding === 'quoted-printable') {
      this.tell(text, from, at);
      this.#quoted ??= new QuotedBeginning();
    }
    if (this.#quoted) {
      if (this.#quoted.takes(text, at, next)) this.#settleQuoted();
      return next;
    }
    if (this.#end) {
      if (this.#end.takes(text, at, next)) return next;
      if (isDashed && reopens(this.levels, trimLineEnd(text, at, next))) {
        this.lineEnd = this.#end.lineEnd;
        this.#end = null;
        this.#delimit(this.levels.length - 1, `--${this.levels.at(-1)!.boundary}\r\n`, false, 'reopened');
        return next;
      }
      this.#settleEnd();
    }
    const line = isDashed || this.#candidate !== '' ? trimLineEnd(text, at, Math.min(next, at + MAX_BOUNDARY + 8)) : '';
    if (this.#candidate !== '') {
      const level = this.levels.at(-1)!;
      if (isPartField(line, 0) || (line === '' && level.boundary === null)) {
        const found = this.#candidate;
        this.#candidate = '';
        const mark = trimLineEnd(found, 2, found.length);
        const its = takeFound(level, mark);
        const isRenamed = level.boundary !== mark;
        this.#delimit(this.levels.length - 1, isRenamed ? its : found, false, isRenamed ? 'renamed' : 'as_it_came');
      } else this.#settle();
    }
    const hit = isDashed ? matchDelimiter(this.levels, line) : null;
    if (hit) {
      this.tell(text, from, at);
      const its = hit.isRenamed ? `--${this.levels[hit.depth]!.boundary}${hit.isEnd ? '--' : ''}\r\n` : null;
      this.#delimit(hit.depth, its ?? text.slice(at, next), hit.isEnd, its ? 'renamed' : 'as_it_came');
      return next;
    }
    const damaged = isDashed ? damagedDelimiter(text, at, next) : null;
    const meant = damaged && matchDelimiter(this.levels, damaged.mark);
    if (meant) {
      this.tell(text, from, at);
      this.#delimit(meant.depth, `${damaged.mark}\r\n`, meant.isEnd, meant.isEnd ? 'renamed' : 'as_it_came');
      if (meant.isEnd) this.#settleEnd();
      if (this.mode !== 'header') return damaged.fieldAt;
      // NUL in place of the byte: a header that has one is written anew.
      this.#header.text = `\0${text.slice(damaged.fieldAt, next)}`;
      return next;
    }
    if (this.mode === 'header') {
      const stop = this.#header.add(text, at, next);
      if (stop < next) this.#cutHeader();
      if (stop < next) this.measure(next - stop);
      return stop;
    }
    if (this.mode !== 'outside') return from;
    return this.#outsideLine(text, from, at, next, isDashed);
  }

  #outsideLine(text: string, from: number, at: number, next: number, isDashed: boolean): number {
    const level = this.levels.at(-1);
    if (!level || level.isSeen) return from;
    const isShort = next - at < MAX_FOUND;
    if (isDashed && isShort && next - at > 4 && !trimLineEnd(text, at, next).endsWith('--')) {
      this.tell(text, from, at);
      this.#candidate = text.slice(at, next);
      return next;
    }
    if (level.encoding !== 'base64' || isEmptyLine(text, at, next)) return from;
    level.encoding = null;
    const beginning = trimLineEnd(text, at, Math.min(next, at + MAX_BOUNDARY));
    if (this.count.depth >= MAX_DEPTH || !BASE64_LINE.test(beginning)) return from;
    this.tell(text, from, at);
    this.decodeWith(new Base64Decoder());
    return at;
  }

  #delimit(depth: number, line: string, isEnd: boolean, how: DelimiterWay = 'as_it_came'): void {
    if (this.mode === 'header' && this.#header.text !== '') this.#endHeader(true);
    this.leave(depth + 1);
    const level = this.levels[depth]!;
    level.isSeen = true;
    if (isEnd) {
      this.#end = new HeldEnd(line, this.lineEnd, how);
      this.lineEnd = '';
      this.mode = 'outside';
    } else {
      this.events.delimiter(line, this.lineEnd, how);
      this.lineEnd = '';
      this.#header.take();
      this.isPastCap = this.count.parts >= MAX_PARTS;
      this.mode = this.isPastCap ? 'rest' : 'header';
    }
    this.shape = { longest: 0, isOdd: false };
  }

  /** Ends a header that has come to its empty line, unless what follows is a field of it. */
  #endHeaderAt(text: string, at: number): boolean {
    if (this.mode !== 'header' || !this.#header.endsAt(text, at)) return false;
    this.#endHeader(false);
    return true;
  }

  #endHeader(isAtEnd: boolean): void {
    const { raw, hasGap } = this.#header.take();
    const hasEnd = /(?:^|\n)\r*\n$/.test(raw);
    const header = scanHeader(Buffer.from(raw, 'latin1'), hasEnd ? 'more' : 'eof');
    const length = header.headerLength ?? raw.length;
    const index = this.count.parts++;
    const root = rootOf(header);
    header.isOdd ||= hasGap;
    this.events.header(index, { header, root, raw: raw.slice(0, length), hasEnd: hasEnd && length === raw.length });
    this.begin(root, index);
    if (length < raw.length) {
      // A line that is no field began the content; it was ended by the empty line that is in it.
      for (const line of raw.slice(length).split('\n'))
        this.measure(line.endsWith('\r') ? line.length - 1 : line.length);
      this.tell(raw, length, raw.length);
    }
    if (isAtEnd && this.mode === 'header') this.mode = 'leaf';
  }

  /** The candidate was no delimiter; what was held back is what it seemed to be. */
  #settle(): void {
    this.#settleGlued(false);
    this.#settleEnd();
    if (this.#quoted) this.#settleQuoted();
    const text = this.#candidate;
    this.#candidate = '';
    this.tell(text, 0, text.length);
  }

  #settleGlued(isDelimiter: boolean): void {
    const text = this.#glued;
    this.#glued = '';
    if (isDelimiter) this.#delimit(this.levels.length - 1, text, false, 'parted');
    else this.tell(text, 0, text.length);
  }

  #settleEnd(): void {
    if (!this.#end) return;
    const { line, lineEnd, how, blank } = this.#end;
    this.#end = null;
    this.events.delimiter(line, lineEnd, how);
    const level = this.levels.pop()!;
    this.finish(level);
    this.index = level.index;
    this.tell(blank, 0, blank.length);
  }

  #settleQuoted(): void {
    const level = this.levels.at(-1)!;
    const { text } = this.#quoted!;
    const isQuoted = this.#quoted!.isQuoted(level.boundary) && this.count.depth < MAX_DEPTH;
    this.#quoted = null;
    level.encoding = null;
    if (isQuoted) this.decodeWith(new QuotedDecoder());
    let from = 0;
    for (let at = 0, next = 0; !isQuoted && at < text.length; at = next) {
      next = text.indexOf('\n', at) + 1 || text.length;
      if (this.#endHeaderAt(text, at)) from = at;
      from = this.#structure(text, from, at, next);
    }
    this.tell(text, from, text.length);
  }

  /** Keeps the line that has not ended, or tells it when it is too long to mean anything. */
  #wait(text: string, at: number): void {
    let start = at;
    if (text.length - at >= FIELD_MAX) this.#endHeaderAt(text, at);
    if (this.mode === 'header') {
      const stop = at + this.#header.room;
      if (stop >= text.length) {
        this.#waiting = text.slice(at);
        return;
      }
      this.counts.bareCr += countCr(text.slice(at, stop));
      this.#header.text += text.slice(at, stop);
      this.#cutHeader();
      this.#isMidLine = true;
      start = stop;
    }
    if (text.length - start <= MAX_WAITING) {
      this.#waiting = text.slice(start);
      return;
    }
    if (!this.#isMidLine) this.#longLine(text, start, start);
    const stop = text.endsWith('\r\r') ? text.length - 2 : text.endsWith('\r') ? text.length - 1 : text.length;
    this.counts.bareCr += countCr(text.slice(start, stop));
    this.measure(stop - start);
    this.tell(text, start, stop);
    this.#waiting = text.slice(stop);
    this.#isMidLine = true;
  }

  /** A header that is too long goes on as content. */
  #cutHeader(): void {
    this.#endHeader(false);
    const level = this.mode === 'outside' ? this.levels.at(-1) : undefined;
    if (level) level.encoding = null;
  }

  /** A line that is no delimiter; all of a multipart may be in it, in base64. */
  #longLine(text: string, from: number, at: number): number {
    this.#settle();
    const level = this.levels.at(-1);
    if (this.mode !== 'outside' || level?.encoding !== 'base64' || level.isSeen) return from;
    return this.#outsideLine(text, from, at, text.length, false);
  }
}
