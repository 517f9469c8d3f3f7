import type { ScannedHeader } from '../reading/header-scan.ts';
import type { PartRoot } from './part-root.ts';

/** The lines of one part's content, as far as they tell whether they may leave so. */
export interface LineShape {
  /** Bytes of the longest one, without its end. */
  longest: number;
  /** True when a line is no multiple of four bytes: in base64 a sign of damage. */
  isOdd: boolean;
}

/** What became of a multipart. */
export interface MultipartShape {
  /** The one that its delimiters have, be it declared or found; null when there is no delimiter. */
  boundary: string | null;
  /** All of it was encoded, which MIME forbids; it was walked through decoded. */
  wasEncoded: boolean;
}

export type DelimiterWay = 'as_it_came' | 'added' | 'renamed' | 'reopened' | 'parted';

export interface BegunPart {
  header: ScannedHeader;
  root: PartRoot;
  /** Its header as it came. */
  raw: string;
  /** The empty line is in it. */
  hasEnd: boolean;
}

/**
 * What a walk through a body tells, in the body's order. Texts have one byte per character and come as they are; a text never ends between the two
 * bytes of a CRLF. Parts are numbered as they begin; 0 is the mail itself.
 */
export interface PartEvents {
  /** A part begins. */
  header(index: number, begun: BegunPart): void;
  /** Some of a part that is no multipart, or of a multipart that had no delimiter. */
  content(index: number, text: string): void;
  partEnd(index: number, shape: LineShape): void;
  /** Text before the first and behind the last part of a multipart. */
  outside(index: number, text: string, shape: LineShape): void;
  /** A delimiter line; `lineEnd` stood before it and is its own. `added`: it was missing; `renamed`: it has another boundary than it came with; `reopened`: a closing one that stood before it is left out; `parted`: it stood on a part's last line. */
  delimiter(text: string, lineEnd: string, how: DelimiterWay): void;
  multipartEnd(index: number, shape: MultipartShape): void;
  /** What is behind more parts than are looked at. */
  rest(text: string): void;
}
