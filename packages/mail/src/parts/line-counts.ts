/** Line ends of a text that comes in pieces, each whole. */
export class LineCounts {
  /** Line ends that are no CRLF. */
  bareLf = 0;
  bareCr = 0;
  /** Line ends, and those of them that are CR CR LF. */
  lineEnds = 0;
  doubled = 0;

  /** Counts the CRs before a LF that end no line; gives the last one of the line, or the one behind it. */
  lastCr(text: string, first: number, feed: number): number {
    let cr = first;
    let last = -1;
    while (cr !== -1 && cr < feed - 1) {
      this.bareCr += 1;
      last = cr;
      cr = text.indexOf('\r', cr + 1);
    }
    if (cr === feed - 1 && last === feed - 2) this.doubled += 1;
    return cr;
  }
}
