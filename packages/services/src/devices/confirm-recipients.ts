import type { Device, RecipientsConfirm } from '@hikyaku/contracts';
import { confirmRecipients as confirmed, MAX_REFUSED, RelayError } from '@hikyaku/core';
import { addAuditEntry, lockDevice, writeKnownRecipients } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';
import { tenantLimits } from '../limits/tenant-limits.ts';
import type { SmtpAccess } from './describe.ts';
import { getDevice } from './get.ts';

/**
 * The owner's word about recipients that a device wrote to: the mail that waits for those allowed leaves within seconds, that for those refused is left out, as all later mail.
 * He may change his mind: what was refused can be allowed, what was learnt or allowed can be refused.
 * @throws RelayError `api.forbidden`, `api.not_found`, `api.invalid` (an address that the device never wrote to, or that stands in both lists), `limit.recipients`
 */
export async function confirmRecipients(
  context: ServiceContext,
  access: SmtpAccess,
  id: string,
  input: RecipientsConfirm,
): Promise<Device> {
  requirePermission(context, 'devices.change');
  const row = found(await lockDevice(context, id));
  const before = {
    learnt: row.learntRecipients,
    unconfirmed: row.unconfirmedRecipients,
    refused: row.refusedRecipients,
  };
  const { known, strangers } = confirmed(before, input);
  requireFields({
    ...(strangers.allow.length ? { allow: 'are not all recipients that the device wrote to' } : {}),
    ...(strangers.refuse.length ? { refuse: 'are not all recipients that the device wrote to' } : {}),
  });
  const { recipientsPerDevice } = await tenantLimits(context);
  if (known.learnt.length > recipientsPerDevice) {
    throw new RelayError('limit.recipients', { fields: { allow: `the limit is ${recipientsPerDevice} addresses` } });
  }
  if (known.refused.length > MAX_REFUSED) {
    throw new RelayError('limit.recipients', { fields: { refuse: `the limit is ${MAX_REFUSED} addresses` } });
  }
  await writeKnownRecipients(context, id, known);
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'device.recipients_confirmed',
    target: id,
    data: { allowed: input.allow.length, refused: input.refuse.length },
  });
  return getDevice(context, access, id);
}
