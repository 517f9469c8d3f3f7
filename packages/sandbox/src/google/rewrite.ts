import { newId } from '@hikyaku/core';
import type { AccountIdentity } from '../accounts/account.ts';
import { encodeHeaderText } from '../mime/encoded-word.ts';
import { fieldValues, readHead, withField } from '../mime/header.ts';
import { readHeaders } from '../mime/recipients.ts';

const WELL_FORMED_ID = /^<[^\s<>@]+@[^\s<>@]+>$/;

/** What Gmail changes: a From that is none of the account's (`aliases`: its send-as addresses) becomes the account's address, a missing or malformed Message-ID and a missing Date are written (facts 2.2). */
export function rewriteForGmail(given: Buffer, account: AccountIdentity, aliases: string[], now: number): Buffer {
  const own = [account.address, ...aliases.map((address) => address.toLowerCase())];
  let raw = given;
  const { from, messageId } = readHeaders(raw);
  if (from.length !== 1 || !own.includes(from[0]!.address.toLowerCase())) {
    const name = encodeHeaderText((from[0]?.name ?? '').replace(/["\\]/g, ''));
    const quoted = name.startsWith('=?') ? name : `"${name}"`;
    raw = withField(raw, 'From', name ? `From: ${quoted} <${account.address}>` : `From: ${account.address}`);
  }
  if (!messageId || !WELL_FORMED_ID.test(messageId)) {
    raw = withField(raw, 'Message-ID', `Message-ID: <${newId(now)}@mail.gmail.test>`);
  }
  if (!fieldValues(readHead(raw), 'date').length) {
    raw = withField(raw, 'Date', `Date: ${new Date(now).toUTCString().replace('GMT', '+0000')}`);
  }
  return raw;
}
