import { cleanText } from './clean-text.ts';
import { decodeWords } from './encoded-word.ts';

export interface ParsedAddress {
  /** Display name, decoded; empty when there is none. */
  name: string;
  /** `local@domain` as written, but for needless quotes and stray blanks. */
  address: string;
}

/** No header names more mailboxes than this; what follows is left out. */
const MAX_ADDRESSES = 1000;
/** Characters of a list that are read: so many as a thousand addresses of 32 have. */
const MAX_TEXT = 32 * 1024;
/** Unreadable entries count too. */
const MAX_ENTRIES = MAX_ADDRESSES;

/** Words of one name; a name of more is none. */
const MAX_WORDS = 1000;

/** One entry of a list. */
interface Entry {
  /** Text outside brackets and comments, quotes kept: an address may stand in it. */
  plain: string;
  /** The same with quotes undone: a name. */
  phrase: string;
  angles: string[];
  comment: string;
}

/**
 * Every address of a To, Cc, From or Reply-To, or of an SMTP path. Takes `;` and blanks as separators (`a@b;c@d;`), groups, comments,
 * names with `@`, nested brackets and quotes that never close; entries without an address are left out.
 */
export function parseAddresses(text: string): ParsedAddress[] {
  const found: ParsedAddress[] = [];
  let entries = 0;
  for (const entry of splitEntries(text.slice(0, MAX_TEXT))) {
    entries += 1;
    for (const address of entryAddresses(entry)) found.push(address);
    if (found.length >= MAX_ADDRESSES || entries >= MAX_ENTRIES) break;
  }
  return found.slice(0, MAX_ADDRESSES);
}

/** Characters without a meaning of their own, from where `lastIndex` stands. */
const PLAIN = /[^"<>(),;:]+/y;

function* splitEntries(text: string): Generator<Entry> {
  let entry: Entry = { plain: '', phrase: '', angles: [], comment: '' };
  // Asked of the pieces: asking the growing text at each colon took seconds for a long one.
  let hasAt = false;
  // A kind of opener that did not close once is literal from then on: each kind searches to the end at most once in vain.
  const unclosed = new Set<string>();
  const isEmpty = () => !entry.plain && !entry.angles.length && !entry.comment;
  let position = 0;
  while (position < text.length) {
    PLAIN.lastIndex = position;
    const run = PLAIN.exec(text)?.[0];
    if (run) {
      entry.plain += run;
      entry.phrase += run;
      hasAt ||= run.includes('@');
      position += run.length;
      continue;
    }
    const char = text[position]!;
    const close = unclosed.has(char) ? -1 : (CLOSERS[char]?.(text, position) ?? -1);
    if (close === -1) {
      if (char in CLOSERS) unclosed.add(char);
      if (char === ',' || char === ';' || (char === ':' && !hasAt)) {
        // Before a colon stands the name of a group, or `mailto`.
        if (char !== ':' && !isEmpty()) yield entry;
        entry = { plain: '', phrase: '', angles: [], comment: '' };
        hasAt = false;
      } else if (char === ':') {
        entry.plain += char;
        entry.phrase += char;
      }
      position += 1;
      continue;
    }
    const inner = text.slice(position + 1, close);
    if (char === '<') {
      if (entry.angles.length < MAX_ADDRESSES) entry.angles.push(inner.slice(inner.lastIndexOf('<') + 1));
    } else if (char === '(') entry.comment ||= inner;
    else {
      entry.plain += `"${inner}"`;
      entry.phrase += inner.includes('\\') ? inner.replace(/\\(["\\])/g, '$1') : inner;
      hasAt ||= inner.includes('@');
    }
    position = close + 1;
  }
  yield entry;
}

/** Where what opens at a position closes, or -1. */
const CLOSERS: Record<string, (text: string, open: number) => number> = {
  '<': (text, open) => text.indexOf('>', open),
  '"': (text, open) => {
    for (let at = open + 1; at < text.length; at++) {
      if (text[at] === '"') return at;
      if (text[at] === '\\') at += 1;
    }
    return -1;
  },
  '(': (text, open) => {
    let depth = 0;
    for (let at = open; at < text.length; at++) {
      if (text[at] === '\\') at += 1;
      else if (text[at] === '(') depth += 1;
      else if (text[at] === ')' && --depth === 0) return at;
    }
    return -1;
  },
};

function entryAddresses(entry: Entry): ParsedAddress[] {
  const inAngles = entry.angles.flatMap((angle) => addressesIn(angle.replace(/^[^"]*:/, '')).addresses);
  if (inAngles.length) {
    const name = cleanText(decodeWords(entry.phrase)) || cleanText(decodeWords(entry.comment));
    return inAngles.map((address) => ({ name, address }));
  }
  const bare = addressesIn(entry.plain);
  // An address that stands in quotes, and nothing else does.
  const addresses = bare.addresses.length ? bare.addresses : addressesIn(entry.phrase).addresses;
  const words = bare.addresses.length ? bare.words : '';
  const name = cleanText(decodeWords(words.replaceAll('"', ''))) || cleanText(decodeWords(entry.comment));
  return addresses.map((address) => ({ name, address }));
}

/** Addresses and other words of a text without structure. */
function addressesIn(text: string): { addresses: string[]; words: string } {
  const addresses: string[] = [];
  const words: string[] = [];
  for (const [token] of text
    .replace(/\s+/g, ' ')
    .replace(/ ?@ ?/g, '@')
    .matchAll(/(?:"[^"]*"|[^\s",;])+/g)) {
    const bare = /^'[^']+'$/.test(token) ? token.slice(1, -1) : token;
    const address = /^"([\w!#$%&'*+/=?^`{|}~.-]+)"@/.test(bare) ? bare.replace(/"/g, '') : bare;
    if (/^(?:"[^"]*"|[^@"]+)@[^@"]+$/.test(address)) addresses.push(address);
    else words.push(token);
    if (addresses.length >= MAX_ADDRESSES || words.length >= MAX_WORDS) break;
  }
  return { addresses, words: words.join(' ') };
}
