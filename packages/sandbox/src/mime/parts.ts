import { parseContentType } from './content-type.ts';
import { decodeText } from './decode-text.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { fieldValues, readHead } from './header.ts';

/** A leaf of the MIME tree. */
export interface MailPart {
  type: string;
  charset: string;
  fileName: string | null;
  isAttachment: boolean;
  /** Decoded bytes. */
  bytes(): Buffer;
  /** Decoded bytes in their charset. */
  text(): string;
}

/** Deeper or wider trees come from nobody's camera. */
const MAX_DEPTH = 10;
const MAX_PARTS = 200;

/** The leaves of a mail in their order. Never throws: what cannot be read is shown as it is. */
export function readParts(raw: Buffer): MailPart[] {
  const parts: MailPart[] = [];
  walk(raw, 0, raw.length, 0, parts);
  return parts;
}

function walk(raw: Buffer, from: number, to: number, depth: number, parts: MailPart[]): void {
  if (parts.length >= MAX_PARTS) return;
  const head = readHead(raw, from, to);
  const field = (name: string): string | undefined => fieldValues(head, name)[0];
  const contentType = parseContentType(field('content-type'));
  const boundary = contentType.params.boundary;
  if (contentType.type.startsWith('multipart/') && boundary && depth < MAX_DEPTH) {
    for (const [start, end] of splitAtBoundary(raw, head.bodyStart, to, boundary)) {
      walk(raw, start, end, depth + 1, parts);
    }
    return;
  }
  const disposition = parseContentType(field('content-disposition'), 'inline');
  const fileName = disposition.params.filename ?? contentType.params.name ?? null;
  const encoding = (field('content-transfer-encoding') ?? '').toLowerCase();
  const bytes = () => decodeTransfer(raw.subarray(head.bodyStart, to), encoding);
  parts.push({
    type: contentType.type,
    charset: contentType.params.charset ?? 'utf-8',
    fileName: fileName === null ? null : decodeEncodedWords(fileName),
    isAttachment: disposition.type === 'attachment',
    bytes,
    text: () => decodeText(bytes(), contentType.params.charset ?? 'utf-8'),
  });
}

/** Ranges of the parts between the boundary lines, without the line end that belongs to the boundary. */
export function splitAtBoundary(raw: Buffer, from: number, to: number, boundary: string): [number, number][] {
  const mark = Buffer.from(`--${boundary}`);
  const ranges: [number, number][] = [];
  let partStart = -1;
  let at = raw.indexOf(mark, from);
  while (at !== -1 && at < to && ranges.length < MAX_PARTS) {
    const isLineStart = at === from || raw[at - 1] === 10;
    const behind = at + mark.length;
    const isLast = raw.toString('latin1', behind, behind + 2) === '--';
    if (isLineStart) {
      if (partStart !== -1) ranges.push([partStart, Math.max(partStart, beforeLineEnd(raw, at))]);
      partStart = -1;
      if (isLast) break;
      const lineEnd = raw.indexOf(10, behind);
      if (lineEnd === -1 || lineEnd >= to) break;
      partStart = lineEnd + 1;
    }
    at = raw.indexOf(mark, behind);
  }
  if (partStart !== -1) ranges.push([partStart, to]);
  return ranges;
}

function beforeLineEnd(raw: Buffer, at: number): number {
  if (raw[at - 1] !== 10) return at;
  return raw[at - 2] === 13 ? at - 2 : at - 1;
}

function decodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(bytes.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return bytes;
  const text = bytes
    .toString('latin1')
    .replace(/=[ \t]*\r?\n/g, '')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(text, 'latin1');
}
