import type { MessageWaiting } from '@hikyaku/contracts';
import { expectSend, type SendWait } from '@hikyaku/core';
import type { MessageRow, MessageStory } from '@hikyaku/db';
import type { PaceReader } from './pace-reader.ts';

/** Mail that may leave leaves within a second or two, unless its workers have too much to do. */
const BUSY_AFTER_MS = 10_000;

/** Why a mail waits, what is before it, and about when it goes; null when it does not wait. */
export async function waitingOf(
  row: Pick<MessageRow, 'id' | 'state' | 'accountKey' | 'dueAt' | 'digestAt'>,
  story: MessageStory,
  reader: PaceReader,
  now: Date,
): Promise<MessageWaiting | null> {
  if (row.state === 'held') return { reason: 'held', before: null, limit: null, expectedAt: null };
  const leavesAt = row.digestAt ?? row.dueAt;
  if (leavesAt !== null && leavesAt > now && isQuiet(story)) {
    return { reason: 'quiet', before: null, limit: null, expectedAt: leavesAt.toISOString() };
  }
  if (row.digestAt !== null) {
    return { reason: 'digest', before: null, limit: null, expectedAt: row.digestAt.toISOString() };
  }
  if (row.dueAt === null || row.accountKey === null) return null;
  const place = await reader.placeOf(row.accountKey, row.id);
  const pace = (await reader.paces([row.accountKey])).get(row.accountKey);
  // It has begun to move since its row was read.
  if (!place || !pace) return null;
  const { wait, inMs } = expectSend(place, pace);
  const lateMs = now.getTime() - row.dueAt.getTime();
  if (wait === 'turn' && lateMs > BUSY_AFTER_MS) {
    // Nobody knows how long a busy worker takes: as long again is the best guess that there is.
    const expectedAt = new Date(now.getTime() + lateMs).toISOString();
    return { reason: 'busy', before: place.before, limit: null, expectedAt };
  }
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

/** It came in its device's quiet hours, and nothing was tried since. */
function isQuiet({ events, parts }: MessageStory): boolean {
  return events.some(({ kind }) => kind === 'quiet_hours') && parts.every(({ attempts }) => attempts.length === 0);
}
