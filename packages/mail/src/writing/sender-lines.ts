import { canonicalAddress } from '@hikyaku/core';
import type { MailChange } from '../mail-change.ts';
import type { MailFacts } from '../prepare-input.ts';
import { parseAddresses } from '../reading/address.ts';
import { bareAddress, displayName, formatAddress, isReplyAddress } from '../reading/address-syntax.ts';
import type { CharsetHints } from '../reading/charset.ts';
import { cleanText, cutText } from '../reading/clean-text.ts';
import { encodeWords } from '../reading/encoded-word.ts';
import { findField, type ScannedHeader } from '../reading/header-scan.ts';
import { fieldText, rawText } from '../reading/header-text.ts';
import { formatItems, formatText } from './field-format.ts';

/** Longer names are no names; Exchange takes 256. */
const NAME_MAX = 100;
const REPLY_MAX = 10;
const PHRASE = /^[\w!#$%&'*+/=?^`{|}~ -]+$/;

/** From, Reply-To and what the device's own From was. */
export function senderLines(
  header: ScannedHeader,
  input: MailFacts,
  hints: CharsetHints,
  changes: Set<MailChange>,
): string[] {
  const own = bareAddress(input.from.address);
  const lines = [fromLine(formatAddress(own), cleanText(input.from.name) || cleanText(input.deviceName))];
  const oldFrom = findField(header, 'from');
  const oldAddresses = addressesOf(header, 'from', hints);
  const replyTo = [addressesOf(header, 'reply-to', hints), oldAddresses]
    .map((addresses) => addresses.filter((address) => canReplyTo(address, own, input.loginDomain)))
    .find((addresses) => addresses.length);
  if (replyTo) {
    lines.push(formatItems('Reply-To', replyTo.slice(0, REPLY_MAX).map(formatAddress), ','));
    changes.add('reply_to.set');
  }
  if (oldFrom && oldAddresses[0]?.toLowerCase() !== own.toLowerCase()) {
    lines.push(formatText('X-Device-From', cutText(fieldText(oldFrom, hints), 500)));
    changes.add('from.replaced');
  }
  return lines;
}

function fromLine(address: string, name: string): string {
  const phrase = cutText(displayName(name), NAME_MAX).trim();
  if (!phrase) return `From: ${address}\r\n`;
  if (/^[\x20-\x7e]*$/.test(phrase) && !phrase.includes('=?')) {
    return formatItems(
      'From',
      [`${PHRASE.test(phrase) ? phrase : `"${phrase.replace(/["\\]/g, '\\$&')}"`} <${address}>`],
      '',
    );
  }
  return `From: ${[...encodeWords(phrase, 'From: '.length), `<${address}>`].join('\r\n ')}\r\n`;
}

/** A domain of another script, or with the dot that ends a whole one, in the form that recipients get too. */
function addressesOf(header: ScannedHeader, name: string, hints: CharsetHints): string[] {
  const field = findField(header, name);
  const written = field ? parseAddresses(rawText(field, hints)) : [];
  return written.map(({ address }) => (isReplyAddress(address) ? address : (canonicalAddress(address) ?? address)));
}

/** Not the mailbox itself, where answers go anyway, and not a device's login name. */
function canReplyTo(address: string, own: string, loginDomain: string | null | undefined): boolean {
  const text = address.toLowerCase();
  const isLogin = Boolean(loginDomain) && text.endsWith(`@${loginDomain!.toLowerCase()}`);
  return isReplyAddress(address) && text !== own.toLowerCase() && !isLogin;
}
