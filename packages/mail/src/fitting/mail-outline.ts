import { canonicalCharset } from '../reading/charset-labels.ts';
import { decodeLoosely } from '../reading/decode-charset.ts';
import { decodeWords } from '../reading/encoded-word.ts';
import { type ParamValue, paramOf, parseParams } from '../reading/header-params.ts';
import { findField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { decoderOf } from './part-decoder.ts';
import { type MailHead, NO_EVENTS, type WholeMail, walkMail } from './walk-mail.ts';

/** A part of a prepared mail that is no multipart. */
export interface MailPart {
  /** Its number in the walk. */
  index: number;
  header: ScannedHeader;
  /** Lower case; `text/plain` where nothing is said. */
  type: string;
  /** A file name, decoded. */
  name: string | null;
  /** Without its brackets. */
  contentId: string | null;
  isInline: boolean;
  /** Content-Transfer-Encoding, lower case. */
  encoding: string;
  /** Bytes of its content as it stands there, and decoded. */
  encodedBytes: number;
  decodedBytes: number;
}

/** A text that a person reads first, decoded. */
export interface MailText {
  index: number;
  isHtml: boolean;
  text: string;
  /** Of a multipart/alternative: the other text says the same. */
  isAlternative: boolean;
}

export interface MailOutline {
  head: MailHead;
  /** In the mail's order; texts are among them. */
  parts: MailPart[];
  /** The mail's HTML, at most one, and its plain texts: one, or those that stand between its files. Of no more than `TEXT_MAX` bytes each and in all. */
  texts: MailText[];
  /** False where it has more parts than are looked at: it cannot be put together anew. */
  isWhole: boolean;
}

/** A device's text has some hundred bytes; a longer one is a file when the mail has to be put together anew. */
const TEXT_MAX = 256 * 1024;

/** What a prepared mail is made of: one pass, which holds its texts and nothing else of its contents. */
export async function outlineMail(mail: WholeMail): Promise<MailOutline> {
  const parts: MailPart[] = [];
  const texts: MailText[] = [];
  let head: MailHead | undefined;
  let isWhole = true;
  const multiparts: { index: number; type: string }[] = [];
  let open: { part: MailPart; decoder: ReturnType<typeof decoderOf>; held: Buffer[] | null } | null = null;
  /** Of all texts that are held. */
  let textBytes = 0;
  const isInAlternative = (): boolean => multiparts.some(({ type }) => type === 'multipart/alternative');
  const begin = (index: number, header: ScannedHeader, isMultipart: boolean): void => {
    if (isMultipart) {
      multiparts.push({ index, type: typeOf(header)?.value ?? '' });
      return;
    }
    const part = partOf(index, header);
    const isHtml = part.type === 'text/html';
    const isText = (isHtml || part.type === 'text/plain') && part.isInline && part.name === null;
    const isFirst = !texts.some((text) => text.isHtml === isHtml);
    const isFurther = !isHtml && !isInAlternative() && texts.every(({ isAlternative }) => !isAlternative);
    const holds = isText && textBytes <= TEXT_MAX && (isFirst || isFurther);
    open = { part, decoder: decoderOf(part.encoding), held: holds ? [] : null };
    parts.push(part);
  };
  const take = (bytes: Buffer): void => {
    if (!open) return;
    open.part.decodedBytes += bytes.length;
    open.held?.push(bytes);
    if (open.held) textBytes += bytes.length;
    if (open.part.decodedBytes > TEXT_MAX) {
      if (open.held) textBytes -= open.part.decodedBytes;
      open.held = null;
    }
  };
  const walk = walkMail(mail, (found) => {
    head = found;
    begin(0, found.header, found.root.isMultipart);
    return {
      ...NO_EVENTS,
      header: (index, { header, root }) => begin(index, header, root.isMultipart),
      content(index, text) {
        if (open?.part.index !== index) return;
        open.part.encodedBytes += text.length;
        take(open.decoder.push(text));
      },
      multipartEnd(index) {
        if (multiparts.at(-1)?.index === index) multiparts.pop();
      },
      rest(text) {
        isWhole &&= text.trim() === '';
      },
      partEnd(index) {
        if (open?.part.index !== index) return;
        take(open.decoder.end());
        const { part, held } = open;
        const isAlternative = isInAlternative();
        const isHtml = part.type === 'text/html';
        if (held) texts.push({ index, isHtml, isAlternative, text: textOf(Buffer.concat(held), part) });
        open = null;
      },
    };
  });
  for await (const _ of walk);
  return { head: head!, parts, texts, isWhole };
}

function textOf(bytes: Buffer, { header }: MailPart): string {
  const label = paramOf(typeOf(header), 'charset') ?? 'us-ascii';
  return decodeLoosely(bytes, canonicalCharset(label) ?? 'utf-8');
}

function partOf(index: number, header: ScannedHeader): MailPart {
  const type = typeOf(header);
  const disposition = paramsOf(header, 'content-disposition');
  const id = fieldValue(header, 'content-id');
  return {
    index,
    header,
    type: type?.value.includes('/') ? type.value : 'text/plain',
    name: fileName(paramOf(disposition, 'filename') ?? paramOf(type, 'name')),
    contentId: id.replace(/^<|>$/g, '') || null,
    isInline: disposition?.value !== 'attachment',
    encoding: fieldValue(header, 'content-transfer-encoding').toLowerCase(),
    encodedBytes: 0,
    decodedBytes: 0,
  };
}

/** Many write encoded words there, which mail programs undo and a provider's JSON form does not. */
const fileName = (written: string | undefined): string | null => (written === undefined ? null : decodeWords(written));

const typeOf = (header: ScannedHeader): ParamValue | null => paramsOf(header, 'content-type');

function paramsOf(header: ScannedHeader, name: string): ParamValue | null {
  const field = findField(header, name);
  return field ? parseParams(unfold(field)) : null;
}

function fieldValue(header: ScannedHeader, name: string): string {
  const field = findField(header, name);
  return field ? unfold(field) : '';
}
