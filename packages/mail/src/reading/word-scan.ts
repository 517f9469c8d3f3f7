/** One RFC 2047 word as devices write it: with raw letters, blanks or question marks in it, or cut off at the end of the field. */
export interface FoundWord {
  start: number;
  end: number;
  /** The label without a language (RFC 2231 section 5). */
  charset: string;
  encoding: 'b' | 'q';
  content: string;
}

/** The label may be missing: its bytes are guessed at then. */
const OPEN = /=\?([^?*\s]{0,40})(?:\*[^?\s]{0,40})?\?([bq])\?/iy;
const HEX = /^[0-9a-f]{2}/i;
const BASE64 = /^[\w+/=\s-]*$/;
/** A cut word shows at least so much of itself. */
const CUT_MIN = 4;

/** The words of a text, in order; linear. `limit`: so many at most. */
export function* findWords(text: string, limit: number): Generator<FoundWord> {
  let count = 0;
  let close = text.indexOf('?=');
  for (let start = text.indexOf('=?'); start !== -1 && count < limit; ) {
    OPEN.lastIndex = start;
    const open = OPEN.exec(text);
    if (!open) {
      start = text.indexOf('=?', start + 1);
      continue;
    }
    const from = OPEN.lastIndex;
    const encoding = open[2]!.toLowerCase() as 'b' | 'q';
    if (close !== -1 && close < from) close = text.indexOf('?=', from);
    let stop = close;
    if (encoding === 'q' && stop !== -1) stop = quotedEnd(text, stop);
    if (stop === -1) {
      const cut = cutContent(text.slice(from), encoding);
      if (cut !== null) yield { start, end: text.length, charset: open[1]!, encoding, content: cut };
      return;
    }
    count += 1;
    yield { start, end: stop + 2, charset: open[1]!, encoding, content: text.slice(from, stop) };
    start = text.indexOf('=?', stop + 2);
  }
}

/** `was?=3F?=`: a raw question mark before an encoded byte is not the end, if another end comes before the next word. */
function quotedEnd(text: string, first: number): number {
  if (!HEX.test(text.slice(first + 2, first + 4))) return first;
  const next = text.indexOf('?=', first + 2);
  if (next === -1 || /\s|=\?/.test(text.slice(first, next))) return first;
  return next;
}

/** What a device that cut its field left of the last word, or null when it is none. */
function cutContent(rest: string, encoding: 'b' | 'q'): string | null {
  const content = rest.endsWith('?') ? rest.slice(0, -1) : rest;
  if (content.length < CUT_MIN || content.includes('?')) return null;
  if (encoding === 'b') return BASE64.test(content) ? content : null;
  return content.includes('=') ? content.replace(/=[0-9a-f]?$/i, '') : null;
}
