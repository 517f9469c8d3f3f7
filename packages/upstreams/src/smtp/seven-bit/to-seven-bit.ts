import { isAscii } from 'node:buffer';
import { mailLines } from './mail-lines.ts';
import { createPartReader, type PartHead } from './mail-parts.ts';
import { quotePiece } from './quote-piece.ts';

/** Parts of a mail, by their order, whose bodies hold 8-bit bytes and can be encoded. */
export async function findEightBitParts(source: AsyncIterable<Uint8Array>): Promise<Set<number>> {
  const read = createPartReader();
  const found = new Set<number>();
  for await (const line of mailLines(source)) {
    const at = read(line);
    if (at.kind === 'body' && at.isLeaf && !isAscii(line.bytes)) found.add(at.part);
  }
  return found;
}

/**
 * The mail for a server without 8BITMIME (RFC 6152, section 3): the given parts in quoted-printable, and what stands around them said to be 7bit.
 * Parts that came in base64 or quoted-printable stay, and so do signed and encrypted ones.
 */
export async function* toSevenBit(
  source: AsyncIterable<Uint8Array>,
  eightBitParts: ReadonlySet<number>,
): AsyncGenerator<Uint8Array, void, void> {
  const read = createPartReader();
  const isQuoted = new Set<number>();
  let column = 0;
  for await (const line of mailLines(source)) {
    const at = read(line);
    if (at.kind === 'header') {
      if (!at.head) continue;
      const isEncoded = ['base64', 'quoted-printable'].includes(at.head.encoding);
      if (eightBitParts.has(at.part) && !isEncoded) isQuoted.add(at.part);
      yield Buffer.from(relabel(at.head, isQuoted.has(at.part)), 'latin1');
    } else if (at.kind === 'body' && isQuoted.has(at.part)) {
      const quoted = quotePiece(line, line.isStart ? 0 : column);
      column = quoted.column;
      yield Buffer.from(quoted.text, 'latin1');
    } else {
      yield line.bytes;
    }
  }
}

/** A header with the encoding that its part now has. */
function relabel({ text, encoding, isLeaf }: PartHead, isQuoted: boolean): string {
  const now = isQuoted ? 'quoted-printable' : '7bit';
  if (!isQuoted && (isLeaf || !['8bit', 'binary'].includes(encoding))) return text;
  const others = withoutEncoding(text);
  const end = /\r?\n$/.exec(others)?.[0] ?? '\r\n';
  return `${others.slice(0, others.length - end.length)}Content-Transfer-Encoding: ${now}\r\n${end}`;
}

/** Line by line: a pattern over folded lines would take quadratic time. */
function withoutEncoding(text: string): string {
  let isDropped = false;
  const kept = text.split(/(?<=\n)/).filter((line) => {
    isDropped = /^content-transfer-encoding:/i.test(line) || (isDropped && /^[ \t]/.test(line));
    return !isDropped;
  });
  return kept.join('');
}
