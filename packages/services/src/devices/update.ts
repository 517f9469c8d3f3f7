import { type Device, type DevicePolicyShape, type DeviceUpdate, readLegacyTls } from '@hikyaku/contracts';
import { addAuditEntry, type DeviceValues, findDevice, updateDevice } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';
import { requireRoomForRecipients } from '../limits/check-recipients.ts';
import type { SmtpAccess } from './describe.ts';
import { getDevice } from './get.ts';
import { checkPolicy, distinctRecipients } from './policy-values.ts';

/**
 * Changes what the request names and nothing else. The policy as a whole has to hold afterwards.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid`, `limit.recipients`, `limit.new_recipients`
 */
export async function changeDevice(
  context: ServiceContext,
  access: SmtpAccess,
  id: string,
  input: DeviceUpdate,
): Promise<Device> {
  requirePermission(context, 'devices.change');
  const row = found(await findDevice(context, id));
  const { isDisabled, recipients, legacyTls, ...rest } = input;
  const values: Partial<DeviceValues> = { ...rest };
  if (recipients) values.recipients = distinctRecipients(recipients);
  if (values.recipientDomains) values.recipientDomains = [...new Set(values.recipientDomains)];
  if (legacyTls !== undefined) values.legacyTls = readLegacyTls(legacyTls);
  if (isDisabled !== undefined) values.disabledAt = isDisabled ? (row.disabledAt ?? context.now) : null;
  const isMoved = input.mailboxId !== undefined && input.mailboxId !== row.mailboxId;
  // A sender belongs to a mailbox.
  if (isMoved) values.senderId ??= null;
  const before = row as typeof row & Pick<DevicePolicyShape, 'quietHours'>;
  // A sender that was refused since stays chosen until the owner chooses another: the rest can be changed all the same.
  const isChosenAnew = isMoved || input.senderId !== row.senderId;
  const { fallbackMailboxId } = input;
  await checkPolicy(
    context,
    { ...before, ...values },
    {
      ...input,
      senderId: isChosenAnew ? input.senderId : undefined,
      // So does a second mailbox that was disconnected.
      fallbackMailboxId: fallbackMailboxId === row.fallbackMailboxId ? undefined : fallbackMailboxId,
    },
  );
  if (values.recipients || values.recipientDomains) await requireRoomForRecipients(context, { ...row, ...values });
  await updateDevice(context, id, values);
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'device.changed',
    target: id,
    data: { fields: Object.keys(input) },
  });
  return getDevice(context, access, id);
}
