import type { Mailbox } from '@hikyaku/contracts';

/** By which a new device sends where nobody has said: the one that is wanted, the default, else the newest that can send; a device that begins with one that cannot begins with mail that waits. */
export function mailboxForNew<One extends Pick<Mailbox, 'id' | 'isDefault' | 'state'>>(
  mailboxes: readonly One[],
  wantedId: string | null = null,
): One | undefined {
  return (
    mailboxes.find(({ id }) => id === wantedId) ??
    mailboxes.find(({ isDefault }) => isDefault) ??
    mailboxes.find(({ state }) => state === 'active') ??
    mailboxes[0]
  );
}
