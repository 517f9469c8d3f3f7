import type { MailChange } from '../mail-change.ts';
import type { MailFacts } from '../prepare-input.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { cleanText, cutText } from '../reading/clean-text.ts';
import { splitAtWords } from '../reading/encoded-word.ts';
import { findField, type HeaderField, type ScannedHeader, unfold } from '../reading/header-scan.ts';
import { fieldText } from '../reading/header-text.ts';
import { receivedItems } from '../reading/received.ts';
import { composeSubject, readSubject } from '../reading/subject.ts';
import { CONTENT_FIELDS, type ContentLines } from './content-fields.ts';
import { dateLines } from './date-lines.ts';
import { formatAsIs, formatItems, formatText, isPlain } from './field-format.ts';
import { recipientLines } from './recipient-lines.ts';
import { senderLines } from './sender-lines.ts';

const words = (text: string): string[] => text.split(' ');
/** Written anew below. */
const REWRITTEN = words(
  'from reply-to to cc bcc subject date message-id mime-version content-type content-transfer-encoding content-disposition ' +
    'x-relay-device x-device-from x-device-date x-device-message-id',
);
/** Traces of another envelope or sender, and a signature that no longer fits. */
const DROPPED = words(
  'return-path delivered-to apparently-to envelope-to x-original-to sender dkim-signature domainkey-signature',
);
const RECEIPT_REQUESTS = words(
  'disposition-notification-to disposition-notification-options x-confirm-reading-to return-receipt-to read-receipt-to x-pmrqc return-receipt-requested ' +
    'generate-delivery-report registered-mail-reply-requested-by',
);
const GONE = new Set([...REWRITTEN, ...DROPPED, ...RECEIPT_REQUESTS]);
/** No device writes a tenth of it; decoding each of 60,000 would take seconds. */
const MAX_PASSED = 1000;
/** RFC 5322 section 3.6: at most one each; the first counts, as in the parsers of both providers. */
const SINGLE = words('from subject date message-id mime-version content-type content-transfer-encoding reply-to');

/** The whole new header with its empty line. `content`: what the body asks of it. */
export function rewriteHeader(
  header: ScannedHeader,
  content: ContentLines,
  input: MailFacts,
  hints: CharsetHints,
  changes: Set<MailChange>,
): Buffer {
  const received = { from: input.receivedFrom, by: input.receivedBy, queueId: input.queueId, at: input.acceptedAt };
  const passing = header.fields.filter(canPass).slice(0, MAX_PASSED);
  const lines = [
    formatItems('Received', receivedItems(received), ''),
    ...header.fields
      .filter(({ name }) => name === 'received')
      .slice(0, MAX_PASSED)
      .map((field) => passedLine(field, hints, changes)),
    ...senderLines(header, input, hints, changes),
    ...recipientLines(header, input, hints, changes),
    subjectLine(header, input, hints, changes),
    ...dateLines(header, input, hints, changes),
    ...messageIdLines(header, input.messageIdHeader, changes),
    formatText('X-Relay-Device', cutText(cleanText(input.deviceName), 200)),
    'MIME-Version: 1.0\r\n',
    ...CONTENT_FIELDS.map((name) => content.lines[name]),
    ...passing.map((field) => passedLine(field, hints, changes)),
  ];
  noteRemovals(header, changes);
  return Buffer.from(`${lines.join('')}\r\n`, 'latin1');
}

function canPass({ name }: HeaderField): boolean {
  return name !== 'received' && !GONE.has(name) && !name.startsWith('resent-');
}

function passedLine(field: HeaderField, hints: CharsetHints, changes: Set<MailChange>): string {
  if (isPlain(field)) return formatAsIs(field);
  changes.add('header.reencoded');
  return formatText(field.label, fieldText(field, hints));
}

function subjectLine(header: ScannedHeader, input: MailFacts, hints: CharsetHints, changes: Set<MailChange>): string {
  const own = readSubject(header, hints);
  const subject = composeSubject(own, cleanText(input.deviceName), cleanText(input.subjectPrefix ?? ''));
  const field = findField(header, 'subject');
  if (own === null) changes.add('subject.missing');
  else if (subject !== own) changes.add('subject.prefixed');
  if (field && !isPlain(field)) changes.add('subject.reencoded');
  // A word that nobody can read is left to its reader, and its neighbours with it.
  if (field && subject === own && isPlain(field) && splitAtWords(own).some(({ isWord }) => isWord))
    return formatAsIs(field);
  return formatText('Subject', subject);
}

/** One stable Message-ID for every attempt, whatever the mail itself says by now. */
function messageIdLines(header: ScannedHeader, messageIdHeader: string, changes: Set<MailChange>): string[] {
  const chosen = messageIdHeader.replace(/[^\x21-\x7e]/g, '');
  const field = findField(header, 'message-id');
  const own = field ? cleanText(unfold(field)) : '';
  const line = `Message-ID: ${chosen}\r\n`;
  if (own === chosen) return [line];
  changes.add(own ? 'message_id.replaced' : 'message_id.missing');
  return own ? [line, formatText('X-Device-Message-ID', cutText(own, 500))] : [line];
}

function noteRemovals(header: ScannedHeader, changes: Set<MailChange>): void {
  const names = header.fields.map(({ name }) => name);
  if (!names.includes('mime-version')) changes.add('mime_version.added');
  if (header.hasMboxLine) changes.add('header.mbox_line_removed');
  if (header.hasDamage) changes.add('header.damage_removed');
  if (header.bytes.subarray(0, header.headerLength ?? undefined).includes(0)) changes.add('body.nul_removed');
  if (names.some((name) => RECEIPT_REQUESTS.includes(name))) changes.add('receipt_request.removed');
  if (SINGLE.some((name) => names.indexOf(name) !== names.lastIndexOf(name))) changes.add('header.repeated_removed');
}
