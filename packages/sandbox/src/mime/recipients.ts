import { isMailAddress, type MailAddress, parseAddressList } from './address-list.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import { fieldValues, readHead } from './header.ts';

/** What the providers read of a mail: there is no envelope, the headers alone say to whom it goes. */
export interface HeaderView {
  from: MailAddress[];
  to: string[];
  cc: string[];
  bcc: string[];
  /** Every recipient once, lower case. */
  recipients: string[];
  /** An entry of To, Cc or Bcc that is no address. */
  hasInvalidRecipient: boolean;
  subject: string;
  messageId: string | null;
}

/** Reads From, To, Cc, Bcc, Subject and Message-ID. */
export function readHeaders(raw: Buffer): HeaderView {
  const head = readHead(raw);
  const entries = (name: string) => fieldValues(head, name).flatMap(parseAddressList);
  const lists = { to: entries('to'), cc: entries('cc'), bcc: entries('bcc') };
  const all = [...lists.to, ...lists.cc, ...lists.bcc];
  const addresses = (list: MailAddress[]) => list.map((entry) => entry.address).filter(isMailAddress);
  return {
    from: entries('from'),
    to: addresses(lists.to),
    cc: addresses(lists.cc),
    bcc: addresses(lists.bcc),
    recipients: [...new Set(addresses(all).map((address) => address.toLowerCase()))],
    hasInvalidRecipient: all.some((entry) => !isMailAddress(entry.address)),
    subject: decodeEncodedWords(fieldValues(head, 'subject')[0] ?? ''),
    messageId: fieldValues(head, 'message-id')[0] ?? null,
  };
}
