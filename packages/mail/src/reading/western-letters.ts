const RUN = /[^\0-\x7f]+/g;
/** Of the languages of Europe that are written in Latin letters: two bytes each in UTF-8. */
const LETTER = /^[\u00c0-\u024f]$/;
const ASCII_LETTER = /[A-Za-z]/;

/**
 * True for a text whose letters beyond ASCII each stand alone in a word of ASCII's (`Tür`), one at least with a letter on both sides. Under a label of the East each of them would be a
 * letter of China or Korea alone within a word of Latin ones, which nobody writes.
 */
export function hasWesternLettersAlone(text: string): boolean {
  let isBetween = false;
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const sides = [text[index - 1], text[index + run.length]].filter((char) => char && ASCII_LETTER.test(char)).length;
    if (!LETTER.test(run) || sides === 0) return false;
    isBetween ||= sides === 2;
  }
  return isBetween;
}
