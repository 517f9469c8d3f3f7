import type { MessageWaiting } from '@hikyaku/contracts';
import { type AccountPace, expectSend, type SendWait, TOKENS_AT_ONCE } from '@hikyaku/core';
import type { MessageRow, MessageStory } from '@hikyaku/db';
import type { PaceReader } from './pace-reader.ts';

/** Mail that may leave leaves within a second or two, unless its workers have too much to do. */
const BUSY_AFTER_MS = 10_000;

/** Why a mail waits, what is before it, and about when it goes; null when it does not wait. */
export async function waitingOf(
  row: Pick<MessageRow, 'id' | 'state' | 'accountKey' | 'isMailboxLost' | 'dueAt' | 'digestAt'>,
  story: MessageStory,
  reader: PaceReader,
  now: Date,
): Promise<MessageWaiting | null> {
  const leavesAt = row.digestAt ?? row.dueAt;
  // What is gathered is held when its time comes, and not before.
  if (row.state === 'held' || (row.isMailboxLost && leavesAt !== null))
    return { reason: 'held', before: null, limit: null, expectedAt: null };
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
    const gathersMs = gathersForMs(pace);
    const isGathering = gathersMs > 0;
    // Nobody knows how long a busy worker takes: as long again is the best guess that there is.
    const inMs = isGathering ? gathersMs : Math.min(lateMs, readyForMs(pace));
    const expectedAt = new Date(now.getTime() + inMs).toISOString();
    return isGathering
      ? { reason: 'pace', before: place.before, limit: pace.perMinute, expectedAt }
      : { reason: 'busy', before: place.before, limit: null, expectedAt };
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

const turnTokens = ({ burst }: AccountPace): number => Math.min(TOKENS_AT_ONCE, burst);

/** Until an account that was out of sends has enough of them for a turn, at the latest; 0 when it has. */
const gathersForMs = (pace: AccountPace): number =>
  Math.max(0, ((turnTokens(pace) - pace.tokens) * 60_000) / pace.perMinute);

/** Since it has, as far as its sends tell: those that are full tell nothing. */
const readyForMs = (pace: AccountPace): number =>
  pace.tokens < pace.burst ? ((pace.tokens - turnTokens(pace)) * 60_000) / pace.perMinute : Number.POSITIVE_INFINITY;

/** It came in its device's quiet hours, and nothing was tried since. */
function isQuiet({ events, parts }: MessageStory): boolean {
  return events.some(({ kind }) => kind === 'quiet_hours') && parts.every(({ attempts }) => attempts.length === 0);
}
