const LINE_BREAKS = /[\r\n\u0085\u2028\u2029]+/g;
// C0 and C1 controls (tab excepted) and DEL: no reader shows them, some act on them.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is removed
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff]/g;

/** Text that cannot start a header line: every kind of line break becomes a blank, NUL and other controls go, ends are trimmed. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(LINE_BREAKS, ' ').replace(CONTROLS, '').replaceAll('\t', ' ').trim();
}

/** Without blanks and tabs at its ends, and nothing else: in byte text 0xA0 is half of a character, and `trim` takes it. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;

/** The first `max` UTF-16 units of a text, never half a code point. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
