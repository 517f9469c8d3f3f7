import { type DevicePolicyShape, policyConflicts } from '@hikyaku/contracts';
import { findMailbox } from '@hikyaku/db';
import { requireFields, type ServiceContext } from '../context.ts';

/**
 * Checks a whole policy as it will be stored.
 * @throws RelayError `api.invalid` with a text per field.
 */
export async function checkPolicy(
  context: ServiceContext,
  policy: DevicePolicyShape & { mailboxId: string },
): Promise<void> {
  const fields = policyConflicts(policy);
  if (!(await findMailbox(context, policy.mailboxId))) fields.mailboxId = 'is not one of your mailboxes';
  if (policy.fallbackMailboxId) {
    if (policy.fallbackMailboxId === policy.mailboxId) fields.fallbackMailboxId = 'is the mailbox itself';
    else if (!(await findMailbox(context, policy.fallbackMailboxId)))
      fields.fallbackMailboxId = 'is not one of your mailboxes';
  }
  requireFields(fields);
}

/** Each address once, whatever its case, in the order given. */
export function distinctRecipients(recipients: string[]): string[] {
  const byKey = new Map<string, string>();
  for (const address of recipients) if (!byKey.has(address.toLowerCase())) byKey.set(address.toLowerCase(), address);
  return [...byKey.values()];
}
