import { newId } from '@hikyaku/core';
import type { Recipient } from '@microsoft/microsoft-graph-types';
import type { AccountIdentity } from '../accounts/account.ts';
import { isMailAddress } from '../mime/address-list.ts';
import { encodeHeaderText } from '../mime/encoded-word.ts';
import { GRAPH_ERRORS, type GraphError } from './graph-errors.ts';
import type { DraftMessage } from './graph-types.ts';

/** The JSON form as the RFC 5322 mail that Exchange makes of it: Message-ID and Date are Exchange's own. */
export function readJsonMessage(
  body: Buffer,
  account: AccountIdentity,
  now: number,
): { raw: Buffer; isSaved: boolean } | GraphError {
  const parsed = parse(body);
  const message = parsed?.message;
  if (!message || typeof message !== 'object') return GRAPH_ERRORS.badJson;
  const lists = [message.toRecipients, message.ccRecipients, message.bccRecipients, message.replyTo];
  const attachments = message.attachments ?? [];
  const extra = message.internetMessageHeaders ?? [];
  if (![...lists, attachments, extra].every((list) => (list ?? null) === null || Array.isArray(list))) {
    return GRAPH_ERRORS.badJson;
  }
  if (!lists.every((list) => (list ?? []).every((entry) => isMailAddress(entry?.emailAddress?.address ?? '')))) {
    return GRAPH_ERRORS.badRecipient;
  }
  if (!extra.every((header) => /^x-[\w-]+$/i.test(header.name ?? ''))) return GRAPH_ERRORS.badHeader;
  const isFile = (item: (typeof attachments)[number]) => item['@odata.type'] === '#microsoft.graph.fileAttachment';
  if (!attachments.every((item) => isFile(item) && typeof item.contentBytes === 'string')) {
    return GRAPH_ERRORS.badParameter;
  }
  const from = message.from?.emailAddress ?? { address: account.address, name: account.name };
  const head = [
    `From: ${writeAddress({ emailAddress: from })}`,
    ...addressLine('To', message.toRecipients),
    ...addressLine('Cc', message.ccRecipients),
    ...addressLine('Bcc', message.bccRecipients),
    ...addressLine('Reply-To', message.replyTo),
    `Subject: ${encodeHeaderText(message.subject ?? '')}`,
    `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${newId(now)}@sandbox.test>`,
    ...extra.map((header) => `${header.name}: ${encodeHeaderText(header.value ?? '')}`),
    'MIME-Version: 1.0',
  ];
  return { raw: Buffer.from([...head, ...writeBody(message)].join('\r\n')), isSaved: parsed.saveToSentItems !== false };
}

function parse(body: Buffer): { message?: DraftMessage; saveToSentItems?: boolean } | undefined {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

function writeAddress({ emailAddress }: Recipient): string {
  const address = emailAddress?.address ?? '';
  const clean = (emailAddress?.name ?? '').replace(/["\\]/g, '');
  return clean ? `${/^[\x20-\x7e]*$/.test(clean) ? `"${clean}"` : encodeHeaderText(clean)} <${address}>` : address;
}

const addressLine = (name: string, list: Recipient[] | null | undefined): string[] =>
  list?.length ? [`${name}: ${list.map(writeAddress).join(',\r\n ')}`] : [];

const wrap = (base64: string): string => base64.replace(/.{76}(?=.)/g, '$&\r\n');

function writeBody(message: DraftMessage): string[] {
  const subtype = message.body?.contentType?.toLowerCase() === 'html' ? 'html' : 'plain';
  const text = [
    `Content-Type: text/${subtype}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    wrap(Buffer.from(message.body?.content ?? '').toString('base64')),
    '',
  ];
  if (!message.attachments?.length) return text;
  const boundary = `sandbox-${newId()}`;
  const parts = message.attachments.map((item) => [
    `--${boundary}`,
    `Content-Type: ${(item.contentType ?? 'application/octet-stream').replace(/[\r\n]/g, '')}`,
    `Content-Disposition: attachment; filename*=UTF-8''${encodeURIComponent(item.name ?? 'file')}`,
    'Content-Transfer-Encoding: base64',
    '',
    wrap((item.contentBytes ?? '').replace(/\s+/g, '')),
  ]);
  const first = [`Content-Type: multipart/mixed; boundary="${boundary}"`, '', `--${boundary}`, ...text];
  return [...first, ...parts.flat(), `--${boundary}--`, ''];
}
