import type { MailSlice } from '@hikyaku/core';
import { createBase64Writer } from '../parts/base64-writer.ts';
import { type HeaderField, unfold } from '../reading/header-scan.ts';
import { formatAsIs } from '../writing/field-format.ts';
import type { MailOutline } from './mail-outline.ts';
import { sliceNote } from './slice-note.ts';
import type { SlicePiece } from './slice-pieces.ts';

/** No base64 holds them, and all that is inside is base64. */
export const BOUNDARY = '=_part';
const TEXT_BOUNDARY = '=_text';

/** A slice up to its files: the header, the texts in the first one, the word about it. One byte per character. */
export function sliceBeginning(
  outline: MailOutline,
  slice: Pick<MailSlice, 'number' | 'of'>,
  pieces: readonly SlicePiece[],
): string {
  const cut = pieces.flatMap(({ cutFrom }) => cutFrom ?? []);
  const header = outline.head.header.fields.map((field) => fieldOf(field, slice)).join('');
  return (
    `${header}Content-Type: multipart/mixed; boundary="${BOUNDARY}"\r\n\r\n` +
    (slice.number === 1 ? textsOf(outline) : '') +
    (slice.of === 1 ? '' : `--${BOUNDARY}\r\n${textPart('plain', sliceNote(slice, cut))}`)
  );
}

/** The mail's own field, where it can stand in each of several mails. */
function fieldOf(field: HeaderField, { number, of }: Pick<MailSlice, 'number' | 'of'>): string {
  if (field.name.startsWith('content-')) return '';
  if (field.name === 'subject' && of > 1)
    return formatAsIs({ ...field, lines: withMore(field.lines, ` (${number}/${of})`) });
  if (field.name !== 'message-id' || number === 1) return formatAsIs(field);
  // An id of its own, and the first one's, so that readers show them together.
  const id = unfold(field);
  return `Message-ID: ${id.replace(/(?=@)|(?=>$)/, `.part${number}`)}\r\nReferences: ${id}\r\n`;
}

const withMore = (lines: readonly string[], more: string): string[] => [
  ...lines.slice(0, -1),
  `${(lines.at(-1) ?? '').trimEnd()}${more}`,
];

function textsOf({ texts }: MailOutline): string {
  const written = texts
    .toSorted((a, b) => Number(a.isHtml) - Number(b.isHtml))
    .map(({ isHtml, text }) => textPart(isHtml ? 'html' : 'plain', text));
  if (!texts.every(({ isAlternative }) => isAlternative) || written.length < 2)
    return written.map((text) => `--${BOUNDARY}\r\n${text}`).join('');
  const both = written.map((text) => `--${TEXT_BOUNDARY}\r\n${text}`).join('');
  return `--${BOUNDARY}\r\nContent-Type: multipart/alternative; boundary="${TEXT_BOUNDARY}"\r\n\r\n${both}--${TEXT_BOUNDARY}--\r\n`;
}

function textPart(kind: 'plain' | 'html', text: string): string {
  let written = '';
  const writer = createBase64Writer((piece) => {
    written += piece;
  });
  writer.push(Buffer.from(text));
  writer.end();
  return `Content-Type: text/${kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${written}\r\n`;
}
