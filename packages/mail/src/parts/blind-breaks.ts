/** Firmware breaks lines at 76 as a rule, some a little earlier; rows of `=` that prose is underlined with are shorter or begin with it. */
const MIN_LINE = 40;
/** A soft break within `=C3`, or before its letters. */
const WITHIN_ESCAPE = /(?:=[0-9a-f]=|[^=]==)[ \t]{0,64}\r?$/i;
const GOES_ON = /^(?:[0-9a-f]{2}|[0-9a-f](?:[^0-9a-f]|$))/i;

/** True where quoted-printable was broken by counting alone, within an escape, which most readers then show as it stands. Takes the content's beginning. */
export function hasBlindBreaks(sample: Buffer): boolean {
  const text = sample.toString('latin1');
  for (let start = 0, feed = text.indexOf('\n'); feed !== -1; start = feed + 1, feed = text.indexOf('\n', start)) {
    if (feed - start < MIN_LINE || !text.slice(Math.max(start, feed - 6), feed).includes('=')) continue;
    const next = text.slice(feed + 1, feed + 3);
    if (WITHIN_ESCAPE.test(text.slice(Math.max(start, feed - 70), feed)) && GOES_ON.test(next)) return true;
  }
  return false;
}
