import { type DevicePolicyShape, policyConflicts } from '@hikyaku/contracts';
import { findMailbox, holdGroup, holdSender } from '@hikyaku/db';
import { requireFields, type ServiceContext } from '../context.ts';

/**
 * Checks a whole policy as it will be stored. Mailboxes, the sender and the group are looked up only where the request names them: a device whose mailbox was
 * disconnected can still be renamed.
 * @throws RelayError `api.invalid` with a text per field.
 */
export async function checkPolicy(
  context: ServiceContext,
  policy: DevicePolicyShape & { mailboxId: string; senderId?: string | null | undefined },
  named: {
    mailboxId?: string | undefined;
    fallbackMailboxId?: string | null | undefined;
    groupId?: string | null | undefined;
    senderId?: string | null | undefined;
  },
): Promise<void> {
  const fields = policyConflicts(policy);
  for (const name of ['mailboxId', 'fallbackMailboxId'] as const) {
    const id = named[name];
    if (id && !(await findMailbox(context, id))) fields[name] = 'is not one of your mailboxes';
  }
  if (named.groupId && !(await holdGroup(context, named.groupId))) fields.groupId = 'is not one of your groups';
  if (named.senderId) {
    const sender = await holdSender(context, named.senderId);
    if (sender?.mailboxId !== policy.mailboxId) fields.senderId = 'is not one of the mailbox’s senders';
    else if (sender.state !== 'works') fields.senderId = 'has to be tested first';
  }
  if (policy.fallbackMailboxId === policy.mailboxId) fields.fallbackMailboxId = 'is the mailbox itself';
  requireFields(fields);
}

/** Each address once, whatever its case, in the order given. */
export function distinctRecipients(recipients: string[]): string[] {
  const byKey = new Map<string, string>();
  for (const address of recipients) if (!byKey.has(address.toLowerCase())) byKey.set(address.toLowerCase(), address);
  return [...byKey.values()];
}
