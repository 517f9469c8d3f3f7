import { lineEndOf } from './line-text.ts';
import { type OpenLevel, openLevel } from './open-level.ts';
import type { LineShape, PartEvents } from './part-events.ts';
import { decodedRoot, type PartRoot } from './part-root.ts';
import type { TransferDecoder } from './transfer-decoders.ts';
import { MAX_DEPTH } from './walk-limits.ts';

/** Shared with the walks through encoded multiparts inside. */
interface Count {
  parts: number;
  depth: number;
}

interface InnerWalk {
  push(text: string): void;
  end(): void;
}

/** Where a walk through a body is: the multiparts that are open, the part that is read, and what was told of it. */
export abstract class WalkState {
  protected readonly events: PartEvents;
  protected readonly count: Count;
  protected readonly levels: OpenLevel[] = [];
  protected mode: 'header' | 'leaf' | 'outside' | 'encoded' | 'rest' = 'leaf';
  protected index = 0;
  protected lineEnd = '';
  protected shape: LineShape = { longest: 0, isOdd: false };
  protected isPastCap = false;
  #inner: { walk: InnerWalk; decoder: TransferDecoder; depth: number } | null = null;
  /** The multipart that this walk goes through decoded. */
  #decodedIndex = -1;

  constructor(root: PartRoot, events: PartEvents, count: Count = { parts: 1, depth: 0 }, index = 0) {
    this.events = events;
    this.count = count;
    this.begin(root, index);
  }

  /** A walk of the same kind through what is decoded. */
  protected abstract innerWalk(root: PartRoot, index: number): InnerWalk;

  protected begin(root: PartRoot, index: number): void {
    this.index = index;
    this.shape = { longest: 0, isOdd: false };
    if (root.wasEncoded) this.#decodedIndex = index;
    if (!root.isMultipart || this.count.depth + this.levels.length >= MAX_DEPTH) {
      this.mode = 'leaf';
      return;
    }
    this.levels.push(openLevel(index, root));
    this.mode = 'outside';
  }

  /** The rest of the innermost multipart is walked through decoded. */
  protected decodeWith(decoder: TransferDecoder): void {
    const level = this.levels.pop()!;
    const depth = this.levels.length + 1;
    this.count.depth += depth;
    const walk = this.innerWalk(decodedRoot(level.boundary), level.index);
    this.#inner = { walk, decoder, depth };
    this.mode = 'encoded';
  }

  /** Ends the part that is open and the multiparts from `depth` on, each with a delimiter of its own. */
  protected leave(depth: number): void {
    if (this.#inner) {
      this.#inner.walk.push(this.#inner.decoder.end().toString('latin1'));
      this.#inner.walk.end();
      this.count.depth -= this.#inner.depth;
      this.#inner = null;
      this.mode = 'outside';
    }
    if (this.mode === 'leaf') this.events.partEnd(this.index, this.shape);
    this.mode = 'outside';
    while (this.levels.length > depth) {
      const level = this.levels.pop()!;
      if (level.isSeen && !this.isPastCap) {
        this.events.delimiter(`--${level.boundary}--\r\n`, this.lineEnd, 'added');
        this.lineEnd = '';
      }
      this.finish(level);
    }
  }

  protected finish(level: OpenLevel): void {
    this.events.multipartEnd(level.index, {
      boundary: level.isSeen ? level.boundary : null,
      wasEncoded: level.index === this.#decodedIndex,
    });
  }

  /** The longest of some lines, and all their lengths' bits. */
  protected measure(longest: number, lengths = longest): void {
    if (longest > this.shape.longest) this.shape.longest = longest;
    if ((lengths & 3) !== 0) this.shape.isOdd = true;
  }

  /** Tells a run of whole lines, or of one line's beginning; its last line end may be the delimiter's and waits. */
  protected tell(text: string, from: number, to: number): void {
    if (from >= to) return;
    const stop = lineEndOf(text, from, to);
    if (this.lineEnd !== '') this.content(this.lineEnd);
    this.lineEnd = text.slice(stop, to);
    if (stop > from) this.content(text.slice(from, stop));
  }

  protected content(text: string): void {
    if (text === '') return;
    if (this.mode === 'leaf') this.events.content(this.index, text);
    else if (this.mode === 'encoded') {
      this.#inner!.walk.push(this.#inner!.decoder.push(text).toString('latin1'));
    } else if (this.mode === 'rest') this.events.rest(text);
    else this.events.outside(this.index, text, this.shape);
  }
}
