import type { MessageState } from '@hikyaku/core';
import { WAKE_READERS } from '../outbox/read-outbox.ts';
import type { TenantScope } from '../tenant/scope.ts';
import { moveMessages } from './move-messages.ts';

const OWN = 'm.id = $1::uuid AND m.tenant_id = $2::uuid AND m.content_destroyed_at IS NULL';
const RETRY = `WITH ${moveMessages({
  event: 'retried',
  where: `${OWN} AND m.account_key IS NOT NULL`,
  storyData: `jsonb_build_object('from', moved.was)`,
})}
  SELECT state FROM moved`;
const CANCEL = `WITH ${moveMessages({ event: 'cancelled', where: OWN, contentForMs: '$3::float8' })}
  SELECT state FROM moved`;

/** Sends a message on its way again, now: with its unfinished parts. Null when it cannot be any more; otherwise the state it is in. */
export function retryMessage(scope: TenantScope, id: string): Promise<MessageState | null> {
  return move(scope, RETRY, id);
}

/** Takes a message that waits out of the way. Its content lives `contentForMs` longer. Null when it does not wait any more. */
export function cancelMessage(scope: TenantScope, id: string, contentForMs: number): Promise<MessageState | null> {
  return move(scope, CANCEL, id, contentForMs);
}

// A digest of copies is no copy: of a device whose mail goes to its mailbox as well, all that waits for the channel is one of both.
const CANCEL_FOR_CHANNEL = `WITH ${moveMessages({
  event: 'cancelled',
  from: 'devices d',
  where: `m.tenant_id = $1::uuid AND m.mailbox_id = $2::uuid AND d.id = m.device_id AND d.tenant_id = m.tenant_id AND ($3::uuid IS NULL OR m.device_id = $3::uuid)
    AND m.content_destroyed_at IS NULL AND (m.copy_of IS NOT NULL OR d.content_mode::text = 'beside')`,
  // Its owner takes back that it is shown there: nothing of it is kept for a retry.
  contentForMs: '0',
})}
  SELECT count(*)::int AS count FROM moved`;

/** Ends the copies that wait for a channel, of one device or of all. */
export async function cancelForChannel(scope: TenantScope, channelId: string, deviceId: string | null): Promise<void> {
  const [moved] = await scope.tx.$queryRawUnsafe<{ count: number }[]>(
    CANCEL_FOR_CHANNEL,
    scope.tenantId,
    channelId,
    deviceId,
  );
  if (moved!.count > 0) await scope.tx.$executeRawUnsafe(WAKE_READERS);
}

async function move(scope: TenantScope, sql: string, id: string, ...more: number[]): Promise<MessageState | null> {
  const [moved] = await scope.tx.$queryRawUnsafe<{ state: MessageState }[]>(sql, id, scope.tenantId, ...more);
  if (!moved) return null;
  await scope.tx.$executeRawUnsafe(WAKE_READERS);
  return moved.state;
}
