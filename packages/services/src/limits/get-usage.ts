import type { Usage } from '@hikyaku/contracts';
import {
  countDevices,
  countGroups,
  largestBacklog,
  largestList,
  mailsOfDay,
  NEW_RECIPIENTS,
  readUses,
} from '@hikyaku/db';
import type { ServiceContext } from '../context.ts';
import { STRANGER_TESTS, TEST_MAILS } from './counted-uses.ts';
import { tenantLimits } from './tenant-limits.ts';

/** The tenant's limits, what it uses of them, and the code whose words say what happens at each. */
export async function getUsage(context: ServiceContext): Promise<Usage> {
  const limits = await tenantLimits(context);
  const uses = await readUses(context, context.now);
  const list = await largestList(context);
  const backlog = await largestBacklog(context);
  const used: Record<keyof typeof limits, number> = {
    devices: await countDevices(context),
    deviceGroups: await countGroups(context),
    recipientsPerDevice: list.count,
    recipientBytesPerDevice: list.bytes,
    newRecipientsPerDay: uses[NEW_RECIPIENTS.name] ?? 0,
    mailsPerDay: await mailsOfDay(context),
    waitingMails: backlog.mails,
    waitingBytes: backlog.bytes,
    testMailsPerHour: uses[TEST_MAILS.name] ?? 0,
    strangerTestMailsPerHour: uses[STRANGER_TESTS.name] ?? 0,
  };
  const codes = {
    devices: 'limit.devices',
    deviceGroups: 'limit.device_groups',
    recipientsPerDevice: 'limit.recipients',
    recipientBytesPerDevice: 'limit.recipients',
    newRecipientsPerDay: 'limit.new_recipients',
    mailsPerDay: 'limit.mails_per_day',
    waitingMails: 'limit.waiting_mail',
    waitingBytes: 'limit.waiting_mail',
    testMailsPerHour: 'limit.test_mails',
    strangerTestMailsPerHour: 'limit.test_mails',
  } as const satisfies Record<keyof typeof limits, string>;
  const names = Object.keys(codes) as (keyof typeof codes)[];
  return {
    items: names.map((name) => ({
      name,
      used: used[name],
      limit: limits[name],
      atLimit: 'refused',
      code: codes[name],
    })),
  };
}
