import type { CharsetHints } from './charset.ts';
import { cutText } from './clean-text.ts';
import { findField, type ScannedHeader, scanHeader } from './header-scan.ts';
import { fieldText } from './header-text.ts';
import { textCharset } from './text-charset.ts';

/** Longest subject that is kept or sent, UTF-16 units: one unfolded line of RFC 5322. */
const SUBJECT_MAX = 998;

const TEST_LATIN =
  /(?:^|[^a-z])test(?:s|ing|mail|e-?mail|message)?(?:$|[^a-z])|(?:^|[^a-z])e?-?mail-?test(?:$|[^a-z])/i;
const TEST_CJK = /テスト|测试|測試|試験(?:送信|メール|通知)/;

/** The subject as a person reads it, at most 998 characters; null when there is none. */
export function readSubject(head: Buffer | ScannedHeader, hints: CharsetHints = {}): string | null {
  const header = Buffer.isBuffer(head) ? scanHeader(head) : head;
  const field = findField(header, 'subject');
  if (!field) return null;
  const text = fieldText(field, {
    charset: hints.charset,
    // Looked for only when a subject's bytes leave it open.
    get textCharset() {
      return hints.textCharset ?? textCharset(header);
    },
  });
  return cutText(text, SUBJECT_MAX).trim() || null;
}

/** True for the subject of a device's test button, in the words of the facts (5.7). */
export function looksLikeTest(subject: string | null): boolean {
  if (!subject) return false;
  const text = subject.normalize('NFKC');
  return TEST_LATIN.test(text) || TEST_CJK.test(text);
}

/** The subject that leaves: the owner's prefix once, and the device's name where the device wrote nothing (M17). */
export function composeSubject(subject: string | null, deviceName: string, prefix: string): string {
  const text = subject ?? deviceName;
  const isPrefixed = prefix === '' || text === prefix || text.startsWith(`${prefix} `);
  return cutText(isPrefixed ? text : `${prefix} ${text}`, SUBJECT_MAX);
}
