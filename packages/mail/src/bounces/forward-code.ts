import { canonicalAddress } from '@hikyaku/core';
import { findField, scanHeader, unfold } from '../reading/header-scan.ts';
import { fieldText } from '../reading/header-text.ts';

/** What Gmail sends to an address before it forwards anything there: a code that the mailbox's owner has to type. */
export interface ForwardCode {
  code: string;
  /** The mailbox that wants to forward; null where its address cannot be read. */
  mailbox: string | null;
}

const HEAD = 64 * 1024;
/** Google's own sender of such mails, in every language of the subject. */
const SENDER = /\bforwarding-noreply@google\.com\b/i;
const CODE = /\(#(\d{6,12})\)/;
const MAILBOX = /[\w.+-]{1,64}@[\w.-]{1,190}/;

/** The code of such a mail; null for any other mail. Its subject is `(#123456789) Gmail Forwarding Confirmation - Receive Mail from x@gmail.com`. */
export function readForwardCode(mail: Buffer): ForwardCode | null {
  const header = scanHeader(mail.subarray(0, HEAD), 'eof');
  const from = findField(header, 'from');
  const subject = findField(header, 'subject');
  if (!from || !subject || !SENDER.test(unfold(from))) return null;
  const text = fieldText(subject, { charset: 'utf-8' });
  const code = CODE.exec(text)?.[1];
  if (code === undefined) return null;
  const named = MAILBOX.exec(text.slice(0, 500))?.[0];
  return { code, mailbox: named === undefined ? null : canonicalAddress(named.replace(/\.$/, '')) };
}
