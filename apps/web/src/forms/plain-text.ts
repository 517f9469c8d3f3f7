/** What was typed, as it was meant where only plain letters fit: a Japanese keyboard writes `＠` and `５８７` full width, and leaves blanks. */
export const plainText = (typed: string): string => typed.normalize('NFKC').trim();
