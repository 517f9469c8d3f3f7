import type { MessageWaiting } from '@hikyaku/contracts';
import { expectSend, type SendWait } from '@hikyaku/core';
import type { MessageRow } from '@hikyaku/db';
import type { PaceReader } from './pace-reader.ts';

/** Why a mail waits, what is before it, and about when it goes; null when it does not wait. */
export async function waitingOf(
  row: Pick<MessageRow, 'id' | 'state' | 'accountKey' | 'dueAt' | 'digestAt'>,
  reader: PaceReader,
  now: Date,
): Promise<MessageWaiting | null> {
  if (row.state === 'held') return { reason: 'held', before: null, limit: null, expectedAt: null };
  if (row.digestAt !== null) {
    return { reason: 'digest', before: null, limit: null, expectedAt: row.digestAt.toISOString() };
  }
  if (row.dueAt === null || row.accountKey === null) return null;
  const place = await reader.placeOf(row.accountKey, row.id);
  const pace = (await reader.paces([row.accountKey])).get(row.accountKey);
  // It has begun to move since its row was read.
  if (!place || !pace) return null;
  const { wait, inMs } = expectSend(place, pace);
  return {
    reason:
      wait === 'own_time'
        ? row.state === 'in_doubt'
          ? 'doubt'
          : 'retry'
        : (wait satisfies Exclude<SendWait, 'own_time'>),
    before: place.before,
    limit: wait === 'day' ? (pace.day?.perDay ?? null) : pace.perMinute,
    expectedAt: new Date(now.getTime() + inMs).toISOString(),
  };
}
