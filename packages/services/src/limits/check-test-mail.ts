import { RelayError } from '@hikyaku/core';
import { countUse } from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { STRANGER_TESTS, TEST_MAILS } from './counted-uses.ts';
import { tenantLimits } from './tenant-limits.ts';

/**
 * Counts a test mail, one for each recipient; those that are not `known` (lower case) have a smaller number of their own, since nobody has said
 * yet that he wants our mail. @throws RelayError `limit.test_mails`
 */
export async function countTestMail(
  context: ServiceContext,
  recipients: string[],
  known: ReadonlySet<string>,
): Promise<void> {
  const limits = await tenantLimits(context);
  const strangers = recipients.filter((address) => !known.has(address.toLowerCase())).length;
  for (const [use, by, max] of [
    [TEST_MAILS, recipients.length, limits.testMailsPerHour],
    [STRANGER_TESTS, strangers, limits.strangerTestMailsPerHour],
  ] as const) {
    if (by === 0) continue;
    const retryAfterMs = await countUse(context, { ...use, by, max, now: context.now });
    if (!retryAfterMs) continue;
    const text =
      use === TEST_MAILS
        ? `${max} an hour are the limit`
        : `${max} an hour are the limit for addresses that are not known yet`;
    throw new RelayError('limit.test_mails', { retryAfterMs, fields: { recipients: text } });
  }
}
