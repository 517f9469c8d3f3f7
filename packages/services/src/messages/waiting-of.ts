import type { MessageWaiting } from '@hikyaku/contracts';
import { type AccountPace, expectDigest, expectSend, type SendWait, TOKENS_AT_ONCE } from '@hikyaku/core';
import type { MessageRow, MessageStory } from '@hikyaku/db';
import type { PaceReader } from './pace-reader.ts';

/** Mail that may leave leaves within a second or two, unless its workers have too much to do. */
const BUSY_AFTER_MS = 10_000;

/** Digests that much behind their time are told why. */
const SPREAD_FROM_MS = 60_000;

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
  if (row.digestAt !== null) {
    const { at, spreadOver } = await digestMadeAt(row.id, row.accountKey, row.digestAt, reader, now);
    const reason = spreadOver !== null ? 'spread' : row.digestAt > now && isQuiet(story) ? 'quiet' : 'digest';
    return { reason, before: null, limit: spreadOver, expectedAt: at.toISOString() };
  }
  if (leavesAt !== null && leavesAt > now && isQuiet(story)) {
    return { reason: 'quiet', before: null, limit: null, expectedAt: leavesAt.toISOString() };
  }
  if (row.dueAt === null || row.accountKey === null) return null;
  const place = await reader.placeOf(row.accountKey, row.id);
  const pace = (await reader.paces([row.accountKey])).get(row.accountKey);
  // It has begun to move since its row was read.
  if (!place || !pace) return null;
  const { wait, inMs } = expectSend(place, pace);
  const inTime = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  const { before } = place;
  if (wait === 'turn' && place.dueForMs > BUSY_AFTER_MS) {
    const sinceMs = readyForMs(pace);
    // The next sends have nearly gathered.
    if (sinceMs < 0) return { reason: 'pace', before, limit: pace.perMinute, expectedAt: inTime(inMs) };
    // Nobody knows how long a busy worker takes: as long again is the best guess that there is.
    return { reason: 'busy', before, limit: null, expectedAt: inTime(Math.min(place.dueForMs, sinceMs)) };
  }
  return {
    reason:
      wait === 'own_time'
        ? row.state === 'in_doubt'
          ? 'doubt'
          : 'retry'
        : (wait satisfies Exclude<SendWait, 'own_time'>),
    before,
    limit: wait === 'day' ? (pace.day?.perDay ?? null) : pace.perMinute,
    expectedAt: inTime(inMs),
  };
}

/** When the digest is made that a mail is gathered for: at its time, but behind the one before that is on its way, and behind others as far as the account's day wants. `spreadOver`: the day's limit, where its rest keeps it for longer than a person waits without a reason. */
async function digestMadeAt(
  messageId: string,
  accountKey: string | null,
  digestAt: Date,
  reader: PaceReader,
  now: Date,
): Promise<{ at: Date; spreadOver: number | null }> {
  const line = accountKey === null ? null : await reader.digestOf(accountKey, messageId);
  const pace = accountKey === null ? undefined : (await reader.paces([accountKey])).get(accountKey);
  if (!line || !pace || accountKey === null) return { at: digestAt, spreadOver: null };
  const before = line.behindId === null ? null : await reader.placeOf(accountKey, line.behindId);
  const dayMs = expectDigest(line, pace.day);
  const inMs = Math.max(dayMs, before ? expectSend(before, pace).inMs : 0);
  const at = inMs > line.dueInMs || line.dueInMs === 0 ? new Date(now.getTime() + inMs) : digestAt;
  return {
    at,
    spreadOver: pace.day && dayMs === inMs && dayMs > line.dueInMs + SPREAD_FROM_MS ? pace.day.perDay : null,
  };
}

/** Since an account has enough sends for a turn, as far as they tell: those that are full tell nothing. Less than none: they gather. */
function readyForMs({ tokens, burst, perMinute }: AccountPace): number {
  if (tokens >= burst) return Number.POSITIVE_INFINITY;
  return ((tokens - Math.min(TOKENS_AT_ONCE, burst)) * 60_000) / perMinute;
}

/** It came in its device's quiet hours, and nothing was tried since. */
function isQuiet({ events, parts }: MessageStory): boolean {
  return events.some(({ kind }) => kind === 'quiet_hours') && parts.every(({ attempts }) => attempts.length === 0);
}
