const CR = 13;
const LF = 10;

/** CRs in a text. */
export function countCr(text: string): number {
  return text.split('\r').length - 1;
}

/** A piece of a text without the blanks and line ends behind it. */
export function trimLineEnd(text: string, from: number, to: number): string {
  let stop = to;
  while (stop > from && ' \t\r\n'.includes(text[stop - 1]!)) stop -= 1;
  return text.slice(from, stop);
}

/** True where a line is its end alone. */
export function isEmptyLine(text: string, at: number, next: number): boolean {
  for (let index = at; index < next; index++)
    if (text.charCodeAt(index) !== CR && text.charCodeAt(index) !== LF) return false;
  return true;
}
