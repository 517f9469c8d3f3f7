import { formatAddress } from '../reading/address-syntax.ts';
import { formatMailDate } from '../reading/mail-date.ts';
import { formatItems, formatText } from './field-format.ts';

/** What a mail of our own is made of. */
export interface ComposedMail {
  /** The address it leaves from: a connected mailbox's. */
  from: string;
  /** Deliverable addresses, shown in To. */
  recipients: string[];
  subject: string;
  /** Lines end in LF; any characters. */
  text: string;
  /** Tags of RFC 5646, the first one first. */
  languages: readonly string[];
  /** With angle brackets. */
  messageIdHeader: string;
  date: Date;
  /** Shown below the text. Names of plain ASCII, without quotes. */
  files?: { name: string; type: string; bytes: Buffer }[];
}

/** No line of base64 is one. */
const BOUNDARY = '=_hikyaku_=';
const base64 = (bytes: Buffer): string => `${bytes.toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`;

/** RFC 5322 bytes of a plain text and its files, CRLF, ASCII only; the worker prepares it like any device's mail. */
export function composeMail(mail: ComposedMail): Buffer {
  const { files = [] } = mail;
  const head = [
    formatItems('From', [`<${formatAddress(mail.from)}>`], ''),
    formatItems('To', mail.recipients.map(formatAddress), ','),
    formatText('Subject', mail.subject),
    `Date: ${formatMailDate({ at: mail.date.getTime(), offset: 0 })}\r\n`,
    `Message-ID: ${mail.messageIdHeader}\r\n`,
    // RFC 3834: no out-of-office note answers it.
    'Auto-Submitted: auto-generated\r\n',
    'MIME-Version: 1.0\r\n',
    `Content-Language: ${mail.languages.join(', ')}\r\n`,
  ];
  const text =
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n' +
    base64(Buffer.from(mail.text.replace(/\r?\n/g, '\r\n'), 'utf8'));
  if (files.length === 0) return Buffer.from(head.join('') + text, 'ascii');
  const parts = files.map(
    ({ name, type, bytes }) =>
      `Content-Type: ${type}; name="${name}"\r\nContent-Disposition: inline; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(bytes)}`,
  );
  const body = [text, ...parts].map((part) => `--${BOUNDARY}\r\n${part}`).join('');
  const type = `Content-Type: multipart/mixed; boundary="${BOUNDARY}"\r\n\r\n`;
  return Buffer.from(`${head.join('')}${type}${body}--${BOUNDARY}--\r\n`, 'ascii');
}
