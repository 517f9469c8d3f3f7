import type { HeaderField, ScannedHeader } from '../reading/header-scan.ts';
import { formatAsIs } from '../writing/field-format.ts';
import { newParamLine } from '../writing/param-line.ts';
import type { MailOutline, MailPart } from './mail-outline.ts';

/** A part of a mail as a file of its own. */
export interface SliceFile {
  index: number;
  name: string;
  /** What its bytes begin with beside the part's content: the type of a multipart that must not be opened. */
  prefix: Buffer;
  bytes: number;
  /** Its own fields, with an empty line, for base64. */
  fields: string;
}

/** The files of a mail, in its order: every part that is not one of its texts. */
export function sliceFiles({ parts, texts }: MailOutline): SliceFile[] {
  const isText = new Set(texts.map(({ index }) => index));
  return parts.filter(({ index }) => !isText.has(index)).map(fileOf);
}

function fileOf(part: MailPart, place: number): SliceFile {
  const { index, type, decodedBytes } = part;
  // A whole mail, or something signed, leaves as a file: written in base64 it could be neither.
  const isMail = /^(?:message|multipart)\//.test(type);
  const name = part.name ?? (isMail ? `mail-${place + 1}.eml` : `file-${place + 1}${endingOf(type)}`);
  if (isMail) {
    const written = part.header.fields.find((field) => field.name === 'content-type');
    const isOpen = type.startsWith('multipart/') && written !== undefined;
    const prefix = isOpen ? Buffer.from(`MIME-Version: 1.0\r\n${formatAsIs(written)}\r\n`, 'latin1') : Buffer.alloc(0);
    return {
      index,
      name,
      prefix,
      bytes: prefix.length + decodedBytes,
      fields: attachmentFields('application/octet-stream', name),
    };
  }
  const kept = ownFields(part.header).filter(({ name: field }) => !REWRITTEN.includes(field));
  const hasType = kept.some(({ name: field }) => field === 'content-type');
  const lines = [
    ...(hasType ? [] : [newParamLine('Content-Type', { value: type, params: [] })]),
    ...kept.map(formatAsIs),
    'Content-Transfer-Encoding: base64\r\n\r\n',
  ];
  return { index, name, prefix: Buffer.alloc(0), bytes: decodedBytes, fields: lines.join('') };
}

const REWRITTEN = ['content-transfer-encoding', 'content-length', 'content-md5'];
/** A mail's own header may be that of its one file. */
const ownFields = ({ fields }: ScannedHeader): HeaderField[] =>
  fields.filter(({ name }) => name.startsWith('content-'));

/** What a part's header says of its content, and nothing else. */
export function contentFieldsOf({ parts }: MailOutline, index: number): ScannedHeader {
  const { header } = parts.find((part) => part.index === index)!;
  return { ...header, fields: ownFields(header) };
}

/** The fields of a file that is nothing but its bytes. */
export function attachmentFields(type: string, name: string): string {
  const params = [{ name: 'name', value: name }];
  return (
    newParamLine('Content-Type', { value: type, params }) +
    newParamLine('Content-Disposition', { value: 'attachment', params: [{ name: 'filename', value: name }] }) +
    'Content-Transfer-Encoding: base64\r\n\r\n'
  );
}

const ENDINGS: Record<string, string> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'text/plain': '.txt',
  'text/html': '.html',
  'application/pdf': '.pdf',
};
const endingOf = (type: string): string => ENDINGS[type] ?? '.bin';
