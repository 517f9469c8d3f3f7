import { randomFillSync, randomInt } from 'node:crypto';
import { foldWidth } from './mail-address.ts';

/** Letters and digits without look-alikes (no 0, 1, i, l, o): typed on printer panels (facts, devices 5.1). */
export const UNAMBIGUOUS = 'abcdefghjkmnpqrstuvwxyz23456789';
const QUEUE_ID_LETTERS = UNAMBIGUOUS.toUpperCase();
const UNAMBIGUOUS_LETTERS = 'abcdefghjkmnpqrstuvwxyz';

const pick = (alphabet: string): string => alphabet[randomInt(alphabet.length)]!;
const repeat = (count: number, alphabet: string): string =>
  Array.from({ length: count }, () => pick(alphabet)).join('');

/** A call for random bytes costs 3 µs however few they are; those of a hundred ids cost little more. For names only: keys and passwords are drawn by themselves. */
const drawn = Buffer.alloc(2048);
let used = drawn.length;

/** That many fresh bytes, to be read at once. */
function draw(count: number): Buffer {
  if (used + count > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += count;
  return drawn.subarray(used - count, used);
}

/** The largest multiple of the alphabet's length below 256: bytes from there on would make some letters likelier. */
const FAIR_BYTES = 256 - (256 % UNAMBIGUOUS.length);

/** A UUID version 7 (RFC 9562): sorts by creation time. `now` in milliseconds. */
export function newId(now = Date.now()): string {
  const bytes = draw(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** 16 characters that a person can read out: in the 250, our Received header and the dashboard. 79 bits, so it tells nothing. */
export function newQueueId(): string {
  let id = '';
  while (id.length < 16) {
    // More than needed: a byte in thirty-two is unfair.
    for (const byte of draw(20))
      if (byte < FAIR_BYTES && id.length < 16) id += QUEUE_ID_LETTERS[byte % QUEUE_ID_LETTERS.length];
  }
  return id;
}

/** SMTP user name: a letter, then 8 letters or digits (design, section 4: 7 to 9). */
export function newUsername(): string {
  return pick(UNAMBIGUOUS_LETTERS) + repeat(8, UNAMBIGUOUS);
}

/** SMTP password: 16 characters, 79 bits. */
export function newPassword(): string {
  return repeat(16, UNAMBIGUOUS);
}

/** What stands behind `bounce+` in a tenant's address for reports: 79 bits, in the form that mail servers leave alone. */
export function newBounceToken(): string {
  return repeat(16, UNAMBIGUOUS);
}

/** Signs without a width, which come along when a text is copied from a page. */
const UNSEEN = /[\u200b-\u200f\u2060\ufeff]/g;

/**
 * User name as it is looked up: case, blanks, NULs and everything from the first `@` do not count (A6, A9), nor what a form or its owner puts around a name:
 * quotes, brackets, a Windows domain; full-width letters are letters.
 */
export function normalizeUsername(typed: string): string {
  const name = foldWidth(typed)
    .replace(/[\0\r\n]/g, '')
    .replace(UNSEEN, '')
    .trim()
    .toLowerCase()
    .split('@', 1)[0]!
    .replace(/[<>"']/g, '')
    .trim();
  return name.slice(name.lastIndexOf('\\') + 1);
}

/** Password as it is digested: case, blanks, hyphens and quotes do not count (A6, A10): none is in ours; full-width letters are letters. */
export function normalizePassword(typed: string): string {
  return foldWidth(typed)
    .replace(/[\0\r\n\s"'“”‘’「」-]/g, '')
    .replace(UNSEEN, '')
    .toLowerCase();
}
