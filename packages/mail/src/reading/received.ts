import { type ScannedHeader, scanHeader, unfold } from './header-scan.ts';
import { formatMailDate } from './mail-date.ts';

const PRODUCT = '(Hikyaku)';

/** Only what a host name or an address literal has. */
const hostText = (text: string): string => text.replace(/[^\w.:[\]-]/g, '').slice(0, 255);

/** Our Received header, in the pieces between which it folds. The client's address is not in it: recipients need not know it. */
export function receivedItems(input: { from?: string | undefined; by: string; queueId: string; at: Date }): string[] {
  const from = hostText(input.from ?? '') || 'device';
  const date = formatMailDate({ at: input.at.getTime(), offset: 0 });
  return [`from ${from} by ${hostText(input.by)} ${PRODUCT}`, `with ESMTP id ${hostText(input.queueId)};`, date];
}

/** How many Received headers this instance wrote. `marker` is its `receivedBy`. More than three: a loop (design, section 4). */
export function countOwnReceived(head: Buffer | ScannedHeader, marker: string): number {
  const header = Buffer.isBuffer(head) ? scanHeader(head) : head;
  const mark = ` by ${hostText(marker)} ${PRODUCT} `.toLowerCase();
  return header.fields.filter(
    (field) => field.name === 'received' && ` ${unfold(field)} `.replace(/\s+/g, ' ').toLowerCase().includes(mark),
  ).length;
}
