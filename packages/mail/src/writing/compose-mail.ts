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
}

/** RFC 5322 bytes of a plain text, CRLF, ASCII only; the worker prepares it like any device's mail. */
export function composeMail(mail: ComposedMail): Buffer {
  const body = Buffer.from(mail.text.replace(/\r?\n/g, '\r\n'), 'utf8').toString('base64');
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
    'Content-Type: text/plain; charset=utf-8\r\n',
    'Content-Transfer-Encoding: base64\r\n',
  ];
  return Buffer.from(`${head.join('')}\r\n${body.replace(/.{76}/g, '$&\r\n')}\r\n`, 'ascii');
}
