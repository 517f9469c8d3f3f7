import { isNearly, isWithoutOne } from './meant-value.ts';

/** Names that tell a header from prose when a line between them is broken. */
const KNOWN = new Set(
  (
    'from to cc bcc subject date message-id mime-version content-type content-transfer-encoding content-disposition ' +
    'content-id content-description content-location ' +
    'reply-to sender x-mailer x-priority received return-path importance user-agent'
  ).split(' '),
);

/** Fields of standards and programs; what else ends a header without a body is a device's text (`Battery: 54 percent`). */
const SURE_FIELD =
  /^(?:x-|list-|auto-|content-|resent-|dkim-|arc-|thread-|in-|authentication-|received-|original-|ms-|feedback-|comments$|keywords$|references$|precedence$|priority$|sensitivity$|organization$|lines$|status$|language$|encrypted$)/i;

/** A name written as one; the colon behind it, which damage may have taken, apart. */
const NAME = /^([^ \t:]{1,128})[ \t]*(:?)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: bytes that no field's name has
const ODD = /[\0-\x1f\x7f-\xff]/g;
/** Bytes of a name that a bad wire changes; more of them are a text in a language of its own. */
const ODD_MAX = 2;

export const isKnownField = (name: string): boolean => KNOWN.has(name.toLowerCase());

/** A name that no device makes up for a line of its text. */
export const isSureField = (name: string): boolean => isKnownField(name) || SURE_FIELD.test(name);

/**
 * True for a line that was a field before a byte or two of its name, or its colon, were damaged: all the others are those of a known name. `X-` with anything
 * behind it is one too. Text of one byte per character.
 */
export function isDamagedField(line: string): boolean {
  const [, written = '', colon = ''] = NAME.exec(line) ?? [];
  const odd = written.match(ODD)?.length ?? 0;
  const name = written.toLowerCase();
  // No prose begins so; the colon was NUL, which is taken out before.
  if (odd === 0) return !colon && name.startsWith('content-') && KNOWN.has(name);
  if (colon && name.startsWith('x-')) return true;
  if (odd > ODD_MAX) return false;
  const whole = colon ? name : name.slice(0, -1);
  return KNOWN.has(whole) || [...KNOWN].some((known) => isNearly(whole, known));
}

/** `Content Type:`, `Content_Type:` */
const SPELLED = /^([A-Za-z]{2,10}(?:[ _][A-Za-z]{2,10}){1,2})[ \t]*:/;
const PLAIN_NAME = /^[!-9;-~]{1,128}:/;

/** The known name that a field had before its hyphens became blanks, a byte or two of it were damaged, or before NUL took the place of one (`lostOne`); null for any other line. */
export function meantField(line: string, lostOne: boolean): string | null {
  const [, spelled = ''] = SPELLED.exec(line) ?? [];
  const hyphened = spelled.toLowerCase().replace(/[ _]/g, '-');
  if (KNOWN.has(hyphened)) return hyphened;
  // Nearly every line begins so.
  if (!lostOne && PLAIN_NAME.test(line)) return null;
  const [, written = '', colon = ''] = NAME.exec(line) ?? [];
  if (!colon) return null;
  const name = written.toLowerCase();
  const odd = name.match(ODD)?.length ?? 0;
  if (odd > ODD_MAX || (odd === 0 && !lostOne) || KNOWN.has(name)) return null;
  return [...KNOWN].find((known) => (odd > 0 ? isNearly(name, known) : isWithoutOne(name, known))) ?? null;
}

/** A part's header without its last line, where that is a known name's beginning and no more came: the mail was cut there. */
export function withoutCutName(header: string): string {
  const from = header.trimEnd().lastIndexOf('\n') + 1;
  const name = header.slice(from).trimEnd().toLowerCase();
  const isCut = name !== '' && [...KNOWN].some((known) => known.startsWith('content-') && known.startsWith(name));
  return isCut ? header.slice(0, from) : header;
}
