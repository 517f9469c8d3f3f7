import type { DeviceRules, MailRule, MailRuleList } from '@hikyaku/contracts';
import { addAuditEntry, findDevice, findMailbox, holdGroup, writeDeviceRules, writeGroupRules } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';
import { distinctRecipients } from '../devices/policy-values.ts';
import { requireRoomForRecipients } from '../limits/check-recipients.ts';
import { getDeviceRules, getGroupRules } from './get.ts';

/** Of a list as JSON: every edge keeps it in memory. Twenty rules of words that a person types need a quarter of it. */
const MAX_BYTES = 8192;

/**
 * Puts a device's rules in place of those that it had; edges follow within seconds.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid`, `limit.recipients`, `limit.new_recipients`
 */
export async function replaceDeviceRules(
  context: ServiceContext,
  id: string,
  { rules }: MailRuleList,
): Promise<DeviceRules> {
  requirePermission(context, 'devices.change');
  found(await findDevice(context, id));
  await checkRules(context, rules);
  await writeDeviceRules(context, id, rules);
  await audit(context, 'device.rules_changed', id, rules);
  return getDeviceRules(context, id);
}

/** As `replaceDeviceRules`, for all devices of a group. @throws the same */
export async function replaceGroupRules(
  context: ServiceContext,
  id: string,
  { rules }: MailRuleList,
): Promise<MailRuleList> {
  requirePermission(context, 'devices.change');
  found((await holdGroup(context, id)) || null);
  await checkRules(context, rules);
  await writeGroupRules(context, id, rules);
  await audit(context, 'group.rules_changed', id, rules);
  return getGroupRules(context, id);
}

async function checkRules(context: ServiceContext, rules: MailRule[]): Promise<void> {
  const fields: Record<string, string> = {};
  if (Buffer.byteLength(JSON.stringify(rules)) > MAX_BYTES) fields.rules = 'are too long together';
  for (const [index, rule] of rules.entries()) {
    if (rule.action === 'mailbox' && !(await findMailbox(context, rule.mailboxId))) {
      fields[`rules.${index}.mailboxId`] = 'is not one of your mailboxes';
    }
  }
  requireFields(fields);
  const recipients = rules.flatMap((rule) => (rule.action === 'recipients' ? rule.recipients : []));
  await requireRoomForRecipients(context, { recipients: distinctRecipients(recipients), recipientDomains: [] });
}

/** Whole: a mail that was left out names its rule, and here stands who wrote it. */
function audit(context: ServiceContext, action: string, target: string, rules: MailRule[]): Promise<void> {
  return addAuditEntry(context, { actor: context.actor.name, action, target, data: { rules } });
}
