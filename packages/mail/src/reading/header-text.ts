import { type CharsetHints, decodeRaw } from './charset.ts';
import { cleanText } from './clean-text.ts';
import { decodeFieldWords, decodeWords } from './encoded-word.ts';
import { type HeaderField, unfold } from './header-scan.ts';

/** A field's value as bytes decoded by facts 5.6, its encoded words not yet: structure must be read before those. */
export function rawText(field: HeaderField, hints: CharsetHints): string {
  return decodeRaw(Buffer.from(unfold(field), 'latin1'), hints).text;
}

/** A field's value as a person reads it: bytes and words decoded, no line breaks, no controls. */
export function fieldText(field: HeaderField, hints: CharsetHints): string {
  const text = cleanText(decodeFieldWords(unfold(field), hints));
  if (!WORDS_ALONE.test(text)) return text;
  const once = cleanText(decodeWords(text, hints));
  // A text that only speaks of words has nothing to encode in them.
  return /[^\0-\x7f]/.test(once) ? once : text;
}

/** A field that some programs encoded twice. */
const WORDS_ALONE = /^=\?[^?\s]{1,40}\?[bq]\?[^?\s]*\?=(?: =\?[^?\s]{1,40}\?[bq]\?[^?\s]*\?=)*$/i;
