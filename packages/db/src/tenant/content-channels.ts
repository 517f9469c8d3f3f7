import type { ContentChannelKind } from '@hikyaku/core';
import type { Environment } from '../generated/client.ts';
import { cancelForChannel } from '../message-writer/move-own-message.ts';
import { closeMailbox } from './mailboxes.ts';
import type { TenantScope } from './scope.ts';

/** Writes where pictures for a channel go: a row among the mailboxes with the channel's own id, so that its mail has turns, retries and an end as any other. */
export async function openContentChannel(
  scope: TenantScope,
  channel: { id: string; kind: ContentChannelKind; name: string; environment: Environment; secretSealed: Buffer },
): Promise<void> {
  const { tenantId, tx } = scope;
  const { id, kind, name, environment } = channel;
  const values = {
    ...{ provider: 'channel' as const, environment, accountKey: `channel:${kind}:${id}` },
    // In From of what is prepared, which a channel does not show.
    address: `${kind}@channel.invalid`,
    displayName: name,
    secretSealed: new Uint8Array(channel.secretSealed),
    ...{ state: 'active' as const, stateCode: null, deletedAt: null },
  };
  const changed = await tx.mailbox.updateMany({
    where: { id, tenantId },
    data: { ...values, secretVersion: { increment: 1 } },
  });
  if (changed.count > 0) return;
  await tx.mailbox.create({ data: { ...values, id, tenantId, secretVersion: 1, scopes: [] }, select: { id: true } });
}

/** A changed name or secret of a channel that pictures go to; nothing where none do. */
export async function updateContentChannel(
  { tenantId, tx }: TenantScope,
  id: string,
  change: { name?: string | undefined; secretSealed?: Buffer },
): Promise<void> {
  const { name, secretSealed } = change;
  await tx.mailbox.updateMany({
    where: { id, tenantId, provider: 'channel', deletedAt: null },
    data: {
      ...(name === undefined ? {} : { displayName: name }),
      ...(secretSealed ? { secretSealed: new Uint8Array(secretSealed), secretVersion: { increment: 1 } } : {}),
    },
  });
}

/** No picture goes to it any more: copies that wait for it end, and what waits for it alone goes to the devices' mailboxes (the worker's `redirectFromChannels`). */
export async function closeContentChannel(scope: TenantScope, id: string, now: Date): Promise<void> {
  const { tenantId, tx } = scope;
  if (!(await closeMailbox(scope, id, now))) return;
  await cancelForChannel(scope, id, null);
  await tx.device.updateMany({ where: { tenantId, contentChannelId: id }, data: { contentChannelId: null } });
}

/** Channels that pictures go to. */
export async function listContentChannels({ tenantId, tx }: TenantScope): Promise<string[]> {
  const rows = await tx.mailbox.findMany({
    where: { tenantId, deletedAt: null, provider: 'channel' },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
