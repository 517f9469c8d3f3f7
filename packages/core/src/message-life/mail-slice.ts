/** A place in a mail's files (its texts are none): the file, counted from 0, a byte in it, and how often it was cut before that. */
export interface SlicePoint {
  file: number;
  byte: number;
  piece: number;
}

/** What of a mail one of its parts carries, where the mail is larger than its upstream takes at once: its files from one point to the next. Plain data, kept in Postgres. */
export interface MailSlice {
  /** Counted from 1; the first carries the mail's texts. */
  number: number;
  of: number;
  from: SlicePoint;
  /** Not itself in it. */
  to: SlicePoint;
}
