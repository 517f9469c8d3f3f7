import { isEmptyLine } from './line-text.ts';
import { matchDelimiter, type OpenLevel } from './open-level.ts';
import type { DelimiterWay } from './part-events.ts';

/** Blank characters behind a closing delimiter; what is longer is nobody's gap between parts. */
const MAX_BLANK = 1000;

/** A closing delimiter that has come: where more parts follow it, it closed nothing. */
export class HeldEnd {
  readonly line: string;
  /** What stood before it and is its own. */
  readonly lineEnd: string;
  readonly how: DelimiterWay;
  /** Empty lines behind it. */
  blank = '';

  constructor(line: string, lineEnd: string, how: DelimiterWay) {
    this.line = line;
    this.lineEnd = lineEnd;
    this.how = how;
  }

  /** Takes an empty line behind it; false for any other, and for too many. */
  takes(text: string, at: number, next: number): boolean {
    if (!isEmptyLine(text, at, next) || this.blank.length + next - at > MAX_BLANK) return false;
    this.blank += text.slice(at, next);
    return true;
  }
}

/** True for a line that begins another part of the innermost multipart, which has been closed, and of no other. */
export function reopens(levels: readonly OpenLevel[], line: string): boolean {
  const hit = matchDelimiter(levels, line);
  return hit !== null && !hit.isEnd && hit.depth === levels.length - 1 && !matchDelimiter(levels.slice(0, -1), line);
}
