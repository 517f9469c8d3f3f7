/** A parameter behind a path, whatever it says: only SIZE is read, wrong ones are no error (E9). */
const PARAMETER = /\s[A-Za-z][A-Za-z0-9-]*=\S*/g;
/** Addresses looked at in one RCPT command, and one more: a hundred may be in a mail. */
const MAX_ITEMS = 128;
/** Longest path of RFC 5321, 4.5.3.1.3, without its brackets. */
const MAX_ADDRESS = 254;
/** Nothing that needs quoting in a header; dots anywhere, since they are real mailboxes in Japan (E4). */
const RECIPIENT = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9._-]+|\[[A-Za-z0-9.:]+\])$/;

/** The text behind `FROM:` or `TO:`, blanks and a missing colon forgiven (H7, E2); null when that word is not there. */
export function argumentAfter(word: 'from' | 'to', rest: string): string | null {
  const match = (word === 'from' ? /^from\s*:?\s*/i : /^to\s*:?\s*/i).exec(rest);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return match ? rest.slice(match[0].length).replace(/[\x00-\x1f\x7f]/g, ' ') : null;
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
  const path = dropRoutes(argument.replace(PARAMETER, '')).trim();
  const inner = [...path.matchAll(/<([^<>]*)>/g)].at(-1)?.[1];
  const words = (inner ?? path.replace(/[<>]/g, ' ')).trim().split(/\s+/);
  return (words.findLast((word) => word.includes('@')) ?? words[0] ?? '').slice(0, MAX_ADDRESS);
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

/** Every address of a RCPT command: usually one, but devices put lists in it (E7). Duplicates are gone; invalid ones are still there. */
export function readRecipients(argument: string): string[] {
  const list = dropRoutes(argument.replace(PARAMETER, ''));
  const items = list.split(/[,;]/, MAX_ITEMS).filter((item) => item.trim() !== '');
  const found = items.flatMap((item) => {
    const groups = [...item.matchAll(/<([^<>]*)>/g)].map((group) => group[1]!);
    if (groups.length) return groups.flatMap(readGroup);
    const words = item.replace(/[<>]/g, ' ').trim().split(/\s+/, MAX_ITEMS);
    const addresses = words.filter((word) => word.includes('@'));
    return addresses.length ? addresses : words.slice(0, 1);
  });
  return dropDuplicates(found.filter(Boolean).slice(0, MAX_ITEMS).map(dropLastDot));
}

/** Between brackets blanks part addresses (E7). An address with a blank in it stays whole, and invalid: half of it would be somebody else's. */
function readGroup(group: string): string[] {
  const words = group.trim().split(/\s+/, MAX_ITEMS);
  return words.every((word) => word.includes('@')) ? words : [group.trim()];
}

/** `b.jp.` is the domain `b.jp` (RFC 1034, 3.1). */
function dropLastDot(address: string): string {
  const isDomainDot = address.endsWith('.') && address.includes('@') && !address.endsWith('@.');
  return isDomainDot ? address.slice(0, -1) : address;
}

/** Addresses without those that differ in case only (E11); the first spelling stays. */
export function dropDuplicates(addresses: readonly string[]): string[] {
  const seen = new Map(addresses.toReversed().map((address) => [address.toLowerCase(), address]));
  return addresses.filter(
    (address) => seen.get(address.toLowerCase()) === address && seen.delete(address.toLowerCase()),
  );
}

export function isValidRecipient(address: string): boolean {
  return address.length <= MAX_ADDRESS && RECIPIENT.test(address);
}
