import { RelayError } from '@hikyaku/core';
import { countUse, knownRecipients, NEW_RECIPIENTS } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { lockTenantLimits } from './tenant-limits.ts';

/**
 * A device's lists as they shall be: short enough for every edge to keep, and with no more addresses that the tenant never had than the day allows.
 * @throws RelayError `limit.recipients`, `limit.new_recipients`
 */
export async function requireRoomForRecipients(
  context: ServiceContext,
  { recipients, recipientDomains }: { recipients: string[]; recipientDomains: string[] },
): Promise<void> {
  if (recipients.length === 0 && recipientDomains.length === 0) return;
  const limits = await lockTenantLimits(context);
  const bytes = [...recipients, ...recipientDomains].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (recipients.length > limits.recipientsPerDevice || bytes > limits.recipientBytesPerDevice) {
    const text = `the limit is ${limits.recipientsPerDevice} addresses of ${limits.recipientBytesPerDevice} bytes together`;
    throw new RelayError('limit.recipients', { fields: { recipients: text } });
  }
  const known = new Set(await knownRecipients(context, recipients));
  const fresh = recipients.filter((address) => !known.has(address.toLowerCase()));
  if (fresh.length === 0) return;
  const retryAfterMs = await countUse(context, {
    ...NEW_RECIPIENTS,
    by: fresh.length,
    max: limits.newRecipientsPerDay,
    now: context.now,
  });
  if (retryAfterMs) {
    const text = `${limits.newRecipientsPerDay} new addresses a day are the limit`;
    throw new RelayError('limit.new_recipients', { retryAfterMs, fields: { recipients: text } });
  }
}
