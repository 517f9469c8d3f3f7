import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../src/mailboxes/mailbox-line.ts';
import { isWorthARetry } from '../src/messages/is-worth-a-retry.ts';
import { waitingOf } from '../src/messages/waiting-of.ts';

const now = new Date('2026-11-28T04:00:00Z');
const pace = { tokens: 0, claimedAgoMs: 60_000, burst: 30, perMinute: 30, restMs: 0, day: null };
const row = (mailboxId: string, count: number) => ({
  mailboxId,
  accountKey: mailboxId,
  count,
  oldestAt: count ? now : null,
});
const minutesOf = (doneAt: Date | null | undefined) => doneAt && (doneAt.getTime() - now.getTime()) / 60_000;

test('each mailbox has its own end; what is beyond the count is taken from the whole, by shares', () => {
  const paces = new Map([
    ['a', pace],
    ['b', { ...pace, perMinute: 60, restMs: 600_000 }],
    ['c', pace],
  ]);
  const ends = (rows: ReturnType<typeof row>[], total: number) =>
    linesOf(rows, paces, total, now).map(({ doneAt }) => minutesOf(doneAt));
  assert.deepEqual(ends([row('a', 300), row('b', 90), row('c', 0)], 390), [10, 11, null]);
  assert.deepEqual(ends([row('a', 2_000), row('c', 300)], 3_050), [(2_000 + 750) / 30, 10]);
  assert.deepEqual(ends([row('a', 2_000), row('c', 2_000)], 6_000), [100, 100]);
  assert.deepEqual(ends([row('unknown', 5)], 5), [null]);
});

test('"send it again" is offered where it can help: not to a mail that waits for its turn, and not to one that must fail again', () => {
  const offered = (
    state: 'queued' | 'sending' | 'failed' | 'held' | 'deferred' | 'sent',
    stateCode: string | null = null,
    gone = false,
  ) => isWorthARetry({ state, stateCode, contentDestroyedAt: gone ? now : null, accountKey: 'microsoft:a' });
  for (const state of ['queued', 'sending', 'held', 'sent'] as const) assert.equal(offered(state), false, state);
  assert.equal(offered('failed', 'upstream.too_large'), false);
  assert.equal(offered('failed', 'upstream.rejected'), true);
  assert.equal(offered('deferred', 'upstream.throttled'), true);
  assert.equal(offered('failed', 'upstream.rejected', true), false);
});

type Row = Parameters<typeof waitingOf>[0];
const after = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const NO_STORY = { events: [], parts: [] };
const TRIED_SINCE = {
  events: [{ at: now, kind: 'quiet_hours', data: null }],
  parts: [{ attempts: [{ outcome: 'deferred' }] }],
};
const IN_QUIET_HOURS = { events: [{ at: now, kind: 'quiet_hours', data: null }], parts: [] };
/** A Gmail account that sent four hundred mails in the hour that ends to count in 20 minutes. */
const USED_DAY = {
  ...{ perDay: 500, counts: 'mails' as const, nextHourInMs: 1_200_000 },
  hours: [400, ...Array<number>(24).fill(0)],
};

/** So much of it that 180 of 400 are left: a digest every eight minutes. */
const HALF_DAY = { ...USED_DAY, hours: [220, ...Array<number>(24).fill(0)] };
type Digest = NonNullable<Awaited<ReturnType<Parameters<typeof waitingOf>[2]['digestOf']>>>;

/** Every reason for which a mail waits: what the tables say of it, and what its owner is told. */
const WAITS: {
  name: string;
  row?: Partial<Row>;
  story?: typeof NO_STORY | typeof IN_QUIET_HOURS | typeof TRIED_SINCE;
  /** Null: it has begun to move since its row was read. */
  before?: number | null;
  digest?: Partial<Digest> | null;
  dueInMs?: number;
  account?: Partial<Omit<typeof pace, 'day'>> & { day?: typeof USED_DAY };
  told: { reason: string; before: number | null; limit: number | null; inSeconds: number | null } | null;
}[] = [
  {
    name: 'it is next',
    before: 3,
    account: { tokens: 30 },
    told: { reason: 'turn', before: 3, limit: 30, inSeconds: 0 },
  },
  {
    name: 'the mailbox may send thirty a minute, and 2,750 are before it',
    before: 2_750,
    told: { reason: 'pace', before: 2_750, limit: 30, inSeconds: 2_755 * 2 },
  },
  {
    name: 'the worker is busy: it might have left half a minute ago',
    row: { dueAt: after(-30) },
    before: 40,
    account: { tokens: 100, burst: 100 },
    told: { reason: 'busy', before: 40, limit: null, inSeconds: 30 },
  },
  {
    name: 'after ten minutes of its pace the mailbox gathers a few sends for the next turn',
    row: { dueAt: after(-600) },
    before: 1,
    account: { tokens: 2 },
    told: { reason: 'pace', before: 1, limit: 30, inSeconds: 6 },
  },
  {
    name: 'after ten minutes of its pace the worker is busy: it might have left half a minute ago',
    row: { dueAt: after(-600) },
    before: 1,
    account: { tokens: 20 },
    told: { reason: 'busy', before: 1, limit: null, inSeconds: 30 },
  },
  {
    name: 'its group of sends has nearly gathered',
    row: { dueAt: after(-600) },
    account: { tokens: 4.75 },
    told: { reason: 'pace', before: 0, limit: 30, inSeconds: 0.5 },
  },
  {
    name: 'the worker has been busy for ten minutes, and its mailbox might send all that it may',
    row: { dueAt: after(-600) },
    before: 1,
    account: { tokens: 30 },
    told: { reason: 'busy', before: 1, limit: null, inSeconds: 600 },
  },
  { name: 'it begins to leave', before: null, told: null },
  {
    name: 'what the provider takes in a day is used up',
    before: 2,
    account: { tokens: 30, day: USED_DAY },
    told: { reason: 'day', before: 2, limit: 500, inSeconds: 1_200 },
  },
  {
    name: 'the provider wants nothing for five minutes',
    account: { restMs: 300_000, tokens: 30 },
    told: { reason: 'provider', before: 0, limit: 30, inSeconds: 300 },
  },
  {
    name: 'it was refused for a time, and is tried again',
    row: { state: 'deferred', dueAt: after(600) },
    dueInMs: 600_000,
    account: { tokens: 30 },
    told: { reason: 'retry', before: 0, limit: 30, inSeconds: 600 },
  },
  {
    name: 'nobody knows whether it arrived',
    row: { state: 'in_doubt', dueAt: after(600) },
    dueInMs: 600_000,
    account: { tokens: 30 },
    told: { reason: 'doubt', before: 0, limit: 30, inSeconds: 600 },
  },
  {
    name: 'it is gathered for a digest',
    row: { digestAt: after(60), dueAt: after(3_660) },
    told: { reason: 'digest', before: null, limit: null, inSeconds: 60 },
  },
  {
    name: 'half of the day is used, so that digests are made further apart, and two are before its own',
    row: { digestAt: after(-5), dueAt: after(3_595) },
    account: { day: HALF_DAY },
    digest: { dueInMs: 0, dueBefore: 2, digestedAgoMs: 60_000 },
    told: {
      reason: 'spread',
      before: null,
      limit: 500,
      inSeconds: 480 - 60 + Math.ceil(86_400_000 / 179) / 1_000 + Math.ceil(86_400_000 / 178) / 1_000,
    },
  },
  {
    name: 'what waits for the mailbox uses up half of its day before its digest is made',
    row: { digestAt: after(60), dueAt: after(3_660) },
    account: { day: { ...HALF_DAY, hours: [100, ...Array<number>(24).fill(0)] } },
    digest: { dueInMs: 60_000, waiting: 120, digestedAgoMs: 30_000 },
    told: { reason: 'spread', before: null, limit: 500, inSeconds: 450 },
  },
  {
    name: 'the digest before is still on its way, behind twenty mails',
    row: { digestAt: after(-5), dueAt: after(3_595) },
    before: 20,
    digest: { dueInMs: 0, behindId: 'digest' },
    told: { reason: 'digest', before: null, limit: null, inSeconds: 50 },
  },
  {
    name: 'its device has quiet hours, and so have three others of its mailbox, of which half of the day is used',
    row: { digestAt: after(7_200), dueAt: after(10_800) },
    story: IN_QUIET_HOURS,
    account: { day: HALF_DAY },
    digest: { dueInMs: 7_200_000, laterBefore: 3 },
    told: {
      reason: 'spread',
      before: null,
      limit: 500,
      inSeconds: 7_200 + [179, 178, 177].reduce((sum, room) => sum + Math.ceil(86_400_000 / room) / 1_000, 0),
    },
  },
  {
    name: 'its device has quiet hours',
    row: { digestAt: after(7_200), dueAt: after(10_800) },
    story: IN_QUIET_HOURS,
    told: { reason: 'quiet', before: null, limit: null, inSeconds: 7_200 },
  },
  {
    name: 'its device has quiet hours, and wants every mail by itself',
    row: { dueAt: after(7_200) },
    story: IN_QUIET_HOURS,
    told: { reason: 'quiet', before: null, limit: null, inSeconds: 7_200 },
  },
  {
    name: 'it came in quiet hours, and was refused for a time since',
    row: { state: 'deferred', dueAt: after(600) },
    story: TRIED_SINCE,
    dueInMs: 600_000,
    account: { tokens: 30 },
    told: { reason: 'retry', before: 0, limit: 30, inSeconds: 600 },
  },
  {
    name: 'its digest is being made',
    row: { digestAt: after(60), dueAt: after(3_660) },
    digest: null,
    told: { reason: 'digest', before: null, limit: null, inSeconds: 60 },
  },
  {
    name: 'it is gathered for a digest of a mailbox with nearly a whole day before it',
    row: { digestAt: after(60), dueAt: after(3_660) },
    account: { day: { ...USED_DAY, hours: Array<number>(25).fill(0) } },
    told: { reason: 'digest', before: null, limit: null, inSeconds: 60 },
  },
  {
    name: 'quiet hours that are over are no reason any more',
    row: { digestAt: after(-1), dueAt: after(3_600) },
    story: IN_QUIET_HOURS,
    told: { reason: 'digest', before: null, limit: null, inSeconds: 0 },
  },
  {
    name: 'its mailbox is lost, or its owner has to say a word',
    row: { state: 'held', dueAt: null },
    told: { reason: 'held', before: null, limit: null, inSeconds: null },
  },
  {
    name: 'it is gathered for a mailbox that is lost',
    row: { digestAt: after(60), dueAt: after(3_660), isMailboxLost: true },
    told: { reason: 'held', before: null, limit: null, inSeconds: null },
  },
  {
    name: 'it would leave by a mailbox that is lost',
    row: { isMailboxLost: true },
    told: { reason: 'held', before: null, limit: null, inSeconds: null },
  },
  { name: 'it left while its mailbox was there', row: { state: 'sent', dueAt: null, isMailboxLost: true }, told: null },
  { name: 'it has left', row: { state: 'sent', dueAt: null }, told: null },
];

for (const { name, row: given, story = NO_STORY, before = 0, dueInMs = 0, account, digest, told } of WAITS) {
  test(`why a mail waits, what is before it and about when it goes: ${name}`, async () => {
    const row: Row = {
      id: 'm',
      state: 'queued',
      accountKey: 'a',
      isMailboxLost: false,
      dueAt: now,
      digestAt: null,
      ...given,
    };
    const timed = { dueInMs: Math.max(0, (row.digestAt ?? now).getTime() - now.getTime()) };
    const reader = {
      digestOf: async (): Promise<Digest | null> =>
        digest === null
          ? null
          : {
              ...{ ...timed, dueBefore: 0, laterBefore: 0, waiting: 0, digestedAgoMs: null, behindId: null },
              ...digest,
            },
      paces: async () => new Map([['a', { ...pace, ...account }]]),
      placeOf: async () => {
        if (before === null) return null;
        const dueForMs = Math.max(0, now.getTime() - (row.dueAt ?? now).getTime());
        return { before, dueBefore: before, behind: 4, dueInMs, dueForMs, isUrgent: false };
      },
    };
    const waiting = await waitingOf(row, story as Parameters<typeof waitingOf>[1], reader, now);
    if (!told || !waiting) return assert.equal(waiting, told);
    const { inSeconds, ...rest } = told;
    const { expectedAt, ...is } = waiting;
    assert.deepEqual(is, rest);
    assert.equal(expectedAt, inSeconds === null ? null : after(inSeconds).toISOString());
  });
}
