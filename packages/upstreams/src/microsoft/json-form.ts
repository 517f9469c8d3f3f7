import type { PreparedMail } from '@hikyaku/core';
import {
  eachPart,
  fieldText,
  findField,
  type MailOutline,
  type MailText,
  outlineMail,
  parseAddresses,
  type ScannedHeader,
  type SliceFile,
  sliceFiles,
  unfold,
} from '@hikyaku/mail';
import type { GraphAttachment, GraphMessage, GraphRecipient } from './api-types.ts';
import { GRAPH_MAX_REQUEST_BYTES } from './config.ts';

/** A request's body that is written each time it is opened. */
export interface JsonForm {
  sizeBytes: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Base64's own line ends, which the JSON form has none of, are a fortieth; encodings that take more than base64 are rare. */
const MAY_FIT_BYTES = GRAPH_MAX_REQUEST_BYTES * 1.5;
/** Ours, and what the device itself said where it was replaced: Graph takes `X-` headers alone, and few. */
const KEPT = ['x-relay-device', 'x-device-from', 'x-device-date', 'x-device-message-id'];

/**
 * A mail in sendMail's JSON form, which holds a third more than the MIME form, since files are in base64 once and not twice. Lost are its Message-ID, its Date and whatever Exchange does not
 * know. Null when it is too large for this form too. Streams, one file in memory; goes through the mail once for the size.
 */
export async function openJsonForm(mail: PreparedMail): Promise<JsonForm | null> {
  if (mail.sizeBytes > MAY_FIT_BYTES) return null;
  const outline = await outlineMail(mail);
  if (!outline.isWhole) return null;
  const open = () => writeJson(mail, outline);
  let sizeBytes = 0;
  for await (const chunk of open()) sizeBytes += chunk.length;
  return sizeBytes <= GRAPH_MAX_REQUEST_BYTES ? { sizeBytes, open } : null;
}

async function* writeJson(mail: PreparedMail, outline: MailOutline): AsyncGenerator<Buffer> {
  const beginning = JSON.stringify(messageOf(mail, outline));
  yield Buffer.from(`{"message":${beginning.slice(0, -1)},"attachments":[`);
  const files = new Map(sliceFiles(outline).map((file) => [file.index, file]));
  let isFirst = true;
  for await (const { index, bytes } of eachPart(mail, (part) => files.has(part))) {
    const { fields, content } = attachmentOf(outline, files.get(index)!, bytes);
    const written = JSON.stringify(fields);
    yield Buffer.from(`${isFirst ? '' : ','}${written.slice(0, -1)},"contentBytes":"${content.toString('base64')}"}`);
    isFirst = false;
  }
  yield Buffer.from(']},"saveToSentItems":true}');
}

/** A file of a mail as Graph names it, without its content; a picture that the HTML text shows stays inside it. */
export function attachmentOf(
  outline: MailOutline,
  { index, name, prefix }: SliceFile,
  bytes: Buffer,
): { fields: GraphAttachment; content: Buffer } {
  const { type, contentId } = outline.parts.find((part) => part.index === index)!;
  const html = outline.texts.find(({ isHtml }) => isHtml)?.text ?? '';
  const isShown = contentId !== null && html.includes(`cid:${contentId}`);
  return {
    fields: {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name,
      contentType: prefix.length ? 'application/octet-stream' : type,
      ...(isShown ? { isInline: true, contentId } : {}),
    },
    content: prefix.length ? Buffer.concat([prefix, bytes]) : bytes,
  };
}

/** A mail's header and text, without its files. */
export function messageOf(mail: PreparedMail, outline: MailOutline): GraphMessage {
  const { header } = outline.head;
  const [from] = peopleIn(header, 'from');
  return {
    subject: textIn(header, 'subject'),
    body: bodyOf(outline.texts),
    ...(from ? { from } : {}),
    toRecipients: peopleIn(header, 'to'),
    ccRecipients: peopleIn(header, 'cc'),
    bccRecipients: peopleIn(header, 'bcc'),
    replyTo: peopleIn(header, 'reply-to'),
    internetMessageHeaders: [
      { name: 'X-Relay-Message-ID', value: mail.messageId },
      ...header.fields.flatMap((field) =>
        KEPT.includes(field.name) ? [{ name: field.label, value: unfold(field).slice(0, MAX_HEADER_VALUE) }] : [],
      ),
    ],
  };
}

/** Longer ones Graph refuses. */
const MAX_HEADER_VALUE = 900;

/** Of two that say the same the better one; of those that do not, all. */
function bodyOf(texts: readonly MailText[]): GraphMessage['body'] {
  const html = texts.find(({ isHtml }) => isHtml);
  const plain = texts.filter(({ isHtml, isAlternative }) => !isHtml && !(isAlternative && html?.isAlternative));
  const written = plain.map(({ text }) => `${text.trimEnd()}\r\n`).join('\r\n');
  if (!html) return { contentType: 'text', content: plain.length === 1 ? plain[0]!.text : written };
  const before = plain.length ? `<div style="white-space:pre-wrap">${asHtml(written)}</div>` : '';
  return { contentType: 'html', content: before + html.text };
}

const asHtml = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'));

function textIn(header: ScannedHeader, name: string): string {
  const field = findField(header, name);
  return field ? fieldText(field, {}) : '';
}

function peopleIn(header: ScannedHeader, name: string): GraphRecipient[] {
  const field = findField(header, name);
  return parseAddresses(field ? unfold(field) : '').map(({ name: who, address }) => ({
    emailAddress: { address, ...(who ? { name: who } : {}) },
  }));
}
