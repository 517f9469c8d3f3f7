/** Why a text is no address that mail can be sent to. `literal`: it names a machine by number, which no provider delivers to. */
export type AddressProblem = 'syntax' | 'literal';

/** Longest path of RFC 5321, 4.5.3.1.3, without its brackets. */
const MAX_ADDRESS = 254;
/** Dots anywhere: doubled and final ones are real mailboxes in Japan (facts, devices E4). Everything else is an atom of RFC 5322. */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~.-]+$/;
/** What may stand between quotes besides: a blank. Readers of headers disagree about all other signs there. */
const QUOTED_LOCAL = /^[\w!#$%&'*+/=?^`{|}~. -]+$/;
const LABEL = /^[\w-]{1,63}$/;
/** Letters, digits and marks of any script; the dots that a Japanese keyboard writes. Nothing that means something in a URL. */
const INTERNATIONAL = /^[\p{L}\p{N}\p{M}_.\u3002\uff0e\uff61-]+$/u;

/**
 * The one rule of what a mail address is: for RCPT, for the mail writer, for the API and the web alike. Gives it in its one form: a local part without needless
 * quotes (`"taro..gate"@x` and `taro..gate@x` are one mailbox), the domain in lower case, in Punycode, without a last dot. Blanks around it do not count; a local
 * part keeps its case; full-width letters, as a Japanese keyboard writes them, are the letters they look like. Linear in the text's length. Loaded by browsers
 * too: this file imports nothing.
 */
export function readMailAddress(text: string): { address: string } | { problem: AddressProblem } {
  const SYNTAX = { problem: 'syntax' } as const;
  if (text.length > 2 * MAX_ADDRESS) return SYNTAX;
  const trimmed = trimBlanks(foldWidth(text));
  const at = trimmed.lastIndexOf('@');
  const local = at > 0 ? readLocal(trimmed.slice(0, at)) : null;
  if (local === null) return SYNTAX;
  const domain = readDomain(trimmed.slice(at + 1));
  if (typeof domain !== 'string') return domain;
  const address = `${local}@${domain}`;
  return address.length > MAX_ADDRESS ? SYNTAX : { address };
}

/** The address in its one form, or null when it is none. Equal but for case: one mailbox. */
export function canonicalAddress(text: string): string | null {
  const read = readMailAddress(text);
  return 'address' in read ? read.address : null;
}

/** A domain in the one form that it has behind an `@`, or null when it is none: blanks around it and an `@` before it do not count. */
export function canonicalDomain(text: string): string | null {
  const trimmed = trimBlanks(text);
  if (trimmed.length > MAX_ADDRESS) return null;
  const domain = readDomain(trimmed.startsWith('@') ? trimmed.slice(1) : trimmed);
  return typeof domain === 'string' && domain.includes('.') ? domain : null;
}

/** Addresses as nearly all are, which are in their one form but for case. */
const USUAL = /^[\w.+-]{1,64}@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,24}$/i;

/** Two texts with the same key are one mailbox. What is no address is compared as it is, but for case. */
export function mailboxKey(text: string): string {
  return USUAL.test(text) ? text.toLowerCase() : (canonicalAddress(text) ?? text).toLowerCase();
}

function readLocal(text: string): string | null {
  const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
  const plain = isQuoted ? text.slice(1, -1).replace(/\\([ -~])/g, '$1') : text;
  // An encoded word: some readers would decode it to another address.
  if (plain.includes('=?') && plain.includes('?=')) return null;
  if (LOCAL.test(plain)) return plain;
  return isQuoted && QUOTED_LOCAL.test(plain) ? `"${plain}"` : null;
}

function readDomain(text: string): string | { problem: AddressProblem } {
  if (text.startsWith('[') && text.endsWith(']')) return { problem: 'literal' };
  const domain = toAscii(text);
  const labels = (domain.endsWith('.') ? domain.slice(0, -1) : domain).toLowerCase().split('.');
  if (!labels.every((label) => LABEL.test(label) && !label.startsWith('-') && !label.endsWith('-')))
    return { problem: 'syntax' };
  // No top level is a number (RFC 3696, 2).
  if (/^\d+$/.test(labels.at(-1)!)) return { problem: labels.length === 4 ? 'literal' : 'syntax' };
  return labels.join('.');
}

/** A domain of any script in Punycode (UTS 46, as browsers and Node both have it); '' when it is none. */
function toAscii(domain: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\x00-\x7f]*$/.test(domain)) return domain;
  if (!INTERNATIONAL.test(domain)) return '';
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return '';
  }
}

/** Full-width forms of ASCII and the wide blank as the signs that they stand for. */
export function foldWidth(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replaceAll('\u3000', ' ');
}

/** Without blanks at both ends. Other white space is a control character, and no part of an address. */
function trimBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (text[from] === ' ') from += 1;
  while (to > from && text[to - 1] === ' ') to -= 1;
  return text.slice(from, to);
}
