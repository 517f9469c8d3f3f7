import { mailboxKey, RelayError } from '@hikyaku/core';
import type { MailChange } from '../mail-change.ts';
import type { MailFacts } from '../prepare-input.ts';
import { parseAddresses } from '../reading/address.ts';
import { formatAddress, isWritableAddress } from '../reading/address-syntax.ts';
import type { CharsetHints } from '../reading/charset.ts';
import type { ScannedHeader } from '../reading/header-scan.ts';
import { rawText } from '../reading/header-text.ts';
import { formatItems } from './field-format.ts';

/**
 * To, Cc and Bcc anew from the envelope. Visible are those that the device itself showed in To or Cc, there and in its order. Only bare addresses
 * are written: a name may look like an address to another parser.
 * @throws RelayError `edge.recipient_invalid` when there is no recipient or one that no header can hold.
 */
export function recipientLines(
  header: ScannedHeader,
  input: Pick<MailFacts, 'recipients' | 'hiddenRecipients'>,
  hints: CharsetHints,
  changes: Set<MailChange>,
): string[] {
  const envelope = new Map<string, string>();
  for (const recipient of input.recipients) {
    const address = recipient.trim();
    if (!isWritableAddress(address)) throw new RelayError('edge.recipient_invalid');
    if (!envelope.has(mailboxKey(address))) envelope.set(mailboxKey(address), address);
  }
  if (envelope.size === 0) throw new RelayError('edge.recipient_invalid', { internal: 'a mail without recipients' });
  const to = shownAddresses(header, 'to', hints);
  const cc = new Set([...shownAddresses(header, 'cc', hints)].filter((key) => !to.has(key)));
  const hidden = [...envelope].filter(([key]) => !to.has(key) && !cc.has(key)).map(([, address]) => address);
  if (hidden.length) changes.add('recipients.hidden');
  const lines: string[] = [];
  for (const [label, shown] of [
    ['To', to],
    ['Cc', cc],
  ] as const) {
    const visible = [...shown].flatMap((key) => envelope.get(key) ?? []);
    if (visible.length) lines.push(formatItems(label, visible.map(formatAddress), ','));
  }
  if (hidden.length && input.hiddenRecipients !== 'omit') {
    lines.push(formatItems('Bcc', hidden.map(formatAddress), ','));
  }
  return lines;
}

function shownAddresses(header: ScannedHeader, name: 'to' | 'cc', hints: CharsetHints): Set<string> {
  const shown = new Set<string>();
  for (const field of header.fields) {
    if (field.name !== name) continue;
    for (const { address } of parseAddresses(rawText(field, hints))) shown.add(mailboxKey(address));
  }
  return shown;
}
