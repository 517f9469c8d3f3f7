import { foldWidth } from '@hikyaku/core';

/** A parameter behind a path, whatever it says: only SIZE is read, wrong ones are no error (E9). */
const PARAMETER = /\s[A-Za-z][A-Za-z0-9-]*=\S*/g;
/** Addresses looked at in one RCPT command, and one more: a hundred may be in a mail. */
const MAX_ITEMS = 128;
/** A sender is kept as metadata up to that length. */
const MAX_SENDER = 254;

/** The text behind `FROM:` or `TO:`, blanks and a missing colon forgiven (H7, E2); null when that word is not there. */
export function argumentAfter(word: 'from' | 'to', rest: string): string | null {
  const match = (word === 'from' ? /^from\s*:?\s*/i : /^to\s*:?\s*/i).exec(rest);
  return match ? rest.slice(match[0].length) : null;
}

/** Without `@hop1,@hop2:` before an address (RFC 5321, appendix C), which is accepted and ignored. */
function dropRoutes(text: string): string {
  if (!text.includes('@') || !text.includes(':')) return text;
  return text.replace(/[^\s<>]+/g, (token) => {
    const colon = token.startsWith('@') ? token.indexOf(':') : -1;
    return colon !== -1 && token.includes('@', colon) ? token.slice(colon + 1) : token;
  });
}

/** The sender as written, without brackets; '' for `<>`. Anything is taken (E1, E3, E4): it never decides who sends. */
export function readSender(argument: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const printable = argument.replace(/[\x00-\x1f\x7f]/g, ' ');
  const path = dropRoutes(printable.replace(PARAMETER, '')).trim();
  const inner = [...path.matchAll(/<([^<>]*)>/g)].at(-1)?.[1];
  const words = (inner ?? path.replace(/[<>]/g, ' ')).trim().split(/\s+/);
  return (words.findLast((word) => word.includes('@')) ?? words[0] ?? '').slice(0, MAX_SENDER);
}

/** SIZE=n of a MAIL command; null when it is missing, empty or no number. */
export function readDeclaredSize(argument: string): number | null {
  const match = /\sSIZE=(\d{1,15})(?:\s|$)/i.exec(argument);
  return match ? Number(match[1]) : null;
}

/** True where the sender asks for a mail that no hop may take in plain (RFC 8689). */
export function asksForTls(argument: string): boolean {
  return /\sREQUIRETLS(?:\s|$)/i.test(argument);
}

/**
 * Every address of a RCPT command as written: usually one, but devices put lists in it (E7). What is in quotes stays together. Duplicates are gone; invalid ones
 * are still there.
 */
export function readRecipients(argument: string): string[] {
  const list = dropRoutes(maskQuotes(foldWidth(argument)).replace(PARAMETER, ''));
  const items = list.split(/[,;、､]/, MAX_ITEMS).filter((item) => item.trim() !== '');
  const found = items.flatMap((item) => {
    const groups = [...item.matchAll(/<([^<>]*)>/g)].map((group) => group[1]!);
    if (groups.length) return groups.flatMap(readGroup);
    const words = item.replace(/[<>]/g, ' ').trim().split(/\s+/, MAX_ITEMS);
    const addresses = words.filter((word) => word.includes('@'));
    return addresses.length ? addresses : words.slice(0, 1);
  });
  return dropDuplicates(found.filter(Boolean).slice(0, MAX_ITEMS).map(unmaskQuotes).map(bare));
}

/** Without what a form or its owner puts before or around an address: `mailto:`, `SMTP:`, quotes around all of it. */
function bare(item: string): string {
  const inner = /^(["'])([^"'@]+@[^"'@]+)\1$/.exec(item)?.[2] ?? item;
  return inner.replace(/^(?:mailto|smtp):/i, '');
}

/**
 * Between brackets blanks part addresses (E7). An address with a blank or a control character in it stays whole, and invalid: half of it would be somebody
 * else's.
 */
function readGroup(group: string): string[] {
  const words = group.split(/ +/, MAX_ITEMS).filter(Boolean);
  return words.every((word) => word.includes('@')) ? words : [group];
}

/** Where quoted signs are put while the line is taken apart: a block that no address has a letter of. */
const MASK = 0xe000;
/** Longer than any address, and than any name on a device's form. */
const MAX_QUOTED = 320;

/** What stands between quotes, moved out of the way of all that parts addresses, a name and a local part for each. Quotes that never close are ordinary signs. */
function maskQuotes(line: string): string {
  const text = line.replace(/[\ue020-\ue07e]/g, '\ufffd');
  let out = '';
  let from = 0;
  for (let quoted = 0; quoted < 2 * MAX_ITEMS; quoted++) {
    const open = text.indexOf('"', from);
    const close = open === -1 ? -1 : closingQuote(text, open + 1);
    if (close === -1) return out + text.slice(from);
    const inside = text.slice(open + 1, close);
    out += `${text.slice(from, open)}"${inside.length > MAX_QUOTED ? inside : mask(inside)}"`;
    from = close + 1;
  }
  return out + text.slice(from);
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === '\\') at += 1;
  }
  return -1;
}

const mask = (text: string): string =>
  text.replace(/[ -/:-@[-`{-~]/g, (sign) => String.fromCharCode(MASK + sign.charCodeAt(0)));

function unmaskQuotes(text: string): string {
  return text.replace(/[\ue020-\ue07e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - MASK));
}

/** Addresses without those that differ in case only (E11); the first spelling stays. */
export function dropDuplicates(addresses: readonly string[]): string[] {
  const seen = new Map(addresses.toReversed().map((address) => [address.toLowerCase(), address]));
  return addresses.filter(
    (address) => seen.get(address.toLowerCase()) === address && seen.delete(address.toLowerCase()),
  );
}
