import { createUnindenter } from './reading/indented-mail.ts';
import { indentIn, type OddLineEnds } from './reading/odd-line-ends.ts';

const LF = 10;
const CR = 13;

/** What a pass over a body found. */
export interface LineSurvey {
  bytes: number;
  bareLf: number;
  bareCr: number;
  /** False when the last line has no end, and there is one. */
  isEnded: boolean;
  /** Every line of the mail ends in CR CR LF, as a program writes that adds CR to lines that have it, but for a few that were damaged; the last one, which is the sender's, may not. */
  isDoubled: boolean;
  /** Line ends of CR CR LF. */
  doubled: number;
}

/** True when every line already ends in CRLF: then the bytes pass untouched. */
export function isClean(survey: LineSurvey): boolean {
  return survey.bareLf === 0 && survey.bareCr === 0 && survey.isEnded;
}

/** Bytes after `repairLines`. */
export function repairedSize({ bytes, bareLf, bareCr, isEnded, isDoubled, doubled }: LineSurvey): number {
  return bytes + bareLf + bareCr - (isDoubled ? 2 * doubled : 0) + (isEnded ? 0 : 2);
}

/** CR CR LF as the one line end that it was before it was doubled. To be used where they all are: elsewhere a CR ends a line (D4). */
export async function* undoubleLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held = '';
  for await (const chunk of source) {
    const text = held + toBuffer(chunk).toString('latin1');
    held = text.endsWith('\r\r') ? '\r\r' : text.endsWith('\r') ? '\r' : '';
    const single = text.slice(0, text.length - held.length).replaceAll('\r\r\n', '\r\n');
    if (single) yield Buffer.from(single, 'latin1');
  }
  if (held) yield Buffer.from(held, 'latin1');
}

/** True when the lines of these bytes end in CR CR LF. */
export function areDoubled(bytes: Buffer): boolean {
  let doubled = 0;
  let others = 0;
  for (let feed = bytes.indexOf(LF); feed !== -1; feed = bytes.indexOf(LF, feed + 1)) {
    if (bytes[feed - 1] === CR && bytes[feed - 2] === CR) doubled += 1;
    else others += 1;
  }
  return areAllBut(doubled, others);
}

/** All lines, but for those that lost a CR on the way. */
export const areAllBut = (doubled: number, others: number): boolean => others <= doubled / LINES_A_SLIP;

/** More of them are another kind of mail. */
const LINES_A_SLIP = 8;

/** Every LF, CR and CRLF as CRLF, and one at the end (D1, D4). `odd`: what ends this mail's lines beside those. */
export async function* repairLines(
  source: AsyncIterable<Uint8Array>,
  odd: OddLineEnds | null = null,
): AsyncGenerator<Buffer> {
  const ender = createLineEnder(odd);
  for await (const chunk of source) {
    const repaired = ender.push(toBuffer(chunk));
    if (repaired.length) yield repaired;
  }
  const last = ender.end();
  if (last.length) yield last;
}

/** The same, chunk by chunk. */
export function createLineEnder(odd: OddLineEnds | null = null): { push(chunk: Buffer): Buffer; end(): Buffer } {
  let held = '';
  let isEnded = true;
  const hasLfCr = odd === 'lf_cr';
  const ends = odd === 'cr' || odd === 'lf_cr' ? ENDS[odd] : /\r\n?|\n/g;
  const indent = indentIn(odd);
  const unindent = indent > 0 ? createUnindenter(indent) : null;
  return {
    push(chunk) {
      const text = held + chunk.toString('latin1');
      // A half of a line end waits for the other that may follow.
      held = hasLfCr ? halfAtEnd(text) : text.endsWith('\r') ? '\r' : '';
      const repaired = text.slice(0, text.length - held.length).replace(ends, '\r\n');
      if (repaired) isEnded = repaired.endsWith('\n');
      return Buffer.from(unindent ? unindent(repaired) : repaired, 'latin1');
    },
    end: () => Buffer.from(held || !isEnded ? '\r\n' : ''),
  };
}

/** A NUL behind CR is what telnet makes of it. */
const ENDS = { lf_cr: /\n\r|\r\n?|\n/g, cr: /\r[\n\0]?|\n/g };

/** The last character where it is a line end whose other half may come; pairs are taken from the row's beginning, as the ends are. */
function halfAtEnd(text: string): string {
  let at = text.length;
  while (at > 0 && (text[at - 1] === '\r' || text[at - 1] === '\n')) at -= 1;
  while (at < text.length - 1) at += text[at] === text[at + 1] ? 1 : 2;
  return text.slice(at);
}

/** The same memory as a Buffer. */
export function toBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
