import type { BouncedRecipient } from '@hikyaku/core';
import { decoderOf } from '../fitting/part-decoder.ts';
import { NO_EVENTS } from '../fitting/walk-mail.ts';
import { mailRootOf } from '../parts/part-root.ts';
import { PartWalker } from '../parts/part-walker.ts';
import type { TransferDecoder } from '../parts/transfer-decoders.ts';
import { parseParams } from '../reading/header-params.ts';
import { findField, type ScannedHeader, scanHeader, unfold } from '../reading/header-scan.ts';
import { MAX_RECIPIENTS, readDeliveryStatus } from './delivery-status.ts';
import { addReturnedIds, type ReturnedIds } from './returned-ids.ts';
import { readTextReport } from './text-report.ts';

/** A non-delivery report: about whom, and which mail it may be about. */
export interface Bounce extends ReturnedIds {
  recipients: BouncedRecipient[];
}

/** So much of a report is read: what it says stands before the copy of the mail, and the copy's header at its beginning. */
export const BOUNCE_MAX = 256 * 1024;
/** A report in a forwarded mail in a forwarded mail. */
const MAX_DEPTH = 3;
/** Characters of one part that are looked at. */
const PART_MAX = 64 * 1024;

interface Found {
  recipients: BouncedRecipient[];
  messageIds: Set<string>;
  queueIds: Set<string>;
  /** One of the reports in each other says by its sender that a machine wrote it. */
  isFromDaemon: boolean;
}

interface Leaf {
  type: string;
  content: string;
}

/**
 * Reads a non-delivery report: RFC 3464, the texts of servers that send none, and either forwarded as an attachment or in line. Null for a mail that
 * names nobody whom a mail did not reach. Linear in the first 256 KB.
 */
export function readBounce(mail: Buffer): Bounce | null {
  const found: Found = { recipients: [], messageIds: new Set(), queueIds: new Set(), isFromDaemon: false };
  const texts: string[] = [];
  readReport(mail.subarray(0, BOUNCE_MAX), 0, found, texts);
  // A status part is exact; what a text says is a second best.
  if (found.recipients.length === 0)
    found.recipients = texts.flatMap((text) => readTextReport(text, found.isFromDaemon)).slice(0, MAX_RECIPIENTS);
  if (found.recipients.length === 0) return null;
  return { recipients: found.recipients, messageIds: [...found.messageIds], queueIds: [...found.queueIds] };
}

function readReport(mail: Buffer, depth: number, found: Found, texts: string[]): void {
  const header = scanHeader(mail, 'eof');
  found.isFromDaemon ||= isFromDaemon(header);
  for (const name of ['in-reply-to', 'references', 'x-ms-exchange-message-id']) {
    const field = findField(header, name);
    if (field) addReturnedIds(`Message-ID: ${unfold(field).slice(-1000)}`, found);
  }
  for (const { type, content } of leavesOf(header, mail.subarray(header.headerLength ?? mail.length))) {
    if (/^message\/(?:global-)?delivery-status$/.test(type) || /^\s{0,20}Reporting-MTA:/i.test(content)) {
      found.recipients.push(...readDeliveryStatus(content).slice(0, MAX_RECIPIENTS - found.recipients.length));
    } else if (/^message\/(?:rfc822|global|partial)$/.test(type) && depth < MAX_DEPTH) {
      const inner = Buffer.from(content, 'latin1');
      addReturnedIds(content, found);
      // The mail itself, or the report that somebody forwarded whole.
      if (
        /^content-type:[ \t]{0,20}multipart\/report/im.test(content.slice(0, 32_768)) ||
        isFromDaemon(scanHeader(inner.subarray(0, 32_768), 'eof'))
      )
        readReport(inner, depth + 1, found, texts);
    } else if (type.startsWith('message/') || type === 'text/rfc822-headers' || type === 'text/rfc822-header') {
      addReturnedIds(content, found);
    } else if (type === 'text/plain') {
      texts.push(Buffer.from(content, 'latin1').toString());
      addReturnedIds(content, found);
    } else if (type === 'text/html') {
      texts.push(textOfHtml(content));
      addReturnedIds(content, found);
    }
  }
}

function isFromDaemon(header: ScannedHeader): boolean {
  const from = findField(header, 'from');
  return (
    from !== undefined &&
    /mailer-daemon|postmaster|microsoftexchange|mail delivery|mail administrator/i.test(unfold(from))
  );
}

/** The parts of a mail that are no multiparts, decoded, one byte a character, each cut. */
function leavesOf(header: ScannedHeader, body: Buffer): Leaf[] {
  const leaves: Leaf[] = [];
  let open: { index: number; leaf: Leaf; decoder: TransferDecoder } | null = null;
  const begin = (index: number, head: ScannedHeader, isMultipart: boolean): void => {
    if (isMultipart) return;
    const type = findField(head, 'content-type');
    const encoding = findField(head, 'content-transfer-encoding');
    const leaf: Leaf = { type: type ? parseParams(unfold(type)).value : 'text/plain', content: '' };
    leaves.push(leaf);
    open = { index, leaf, decoder: decoderOf(encoding ? unfold(encoding).toLowerCase() : '') };
  };
  const take = (bytes: Buffer): void => {
    if (open && open.leaf.content.length < PART_MAX) {
      open.leaf.content += bytes.toString('latin1', 0, PART_MAX - open.leaf.content.length);
    }
  };
  const root = mailRootOf(header, body);
  begin(0, header, root.isMultipart);
  const walker = new PartWalker(root, {
    ...NO_EVENTS,
    header: (index, begun) => begin(index, begun.header, begun.root.isMultipart),
    content(index, text) {
      if (open?.index === index) take(open.decoder.push(text));
    },
    partEnd(index) {
      if (open?.index !== index) return;
      take(open.decoder.end());
      open = null;
    },
  });
  walker.push(body.toString('latin1'));
  walker.end();
  return leaves;
}

/** What an HTML text says, its tags as line breaks. */
function textOfHtml(html: string): string {
  const text = html
    .replace(/<[^<>]{0,2000}>/g, '\n')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#64;', '@')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
  return Buffer.from(text, 'latin1').toString().replace(/\n\s+/g, '\n');
}
