import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DAY_HOURS,
  type DigestLine,
  dayWait,
  dayWaitMs,
  digestGapMs,
  expectDigest,
  expectSend,
  shareOfDay,
} from '../../src/index.ts';

const HOUR = 3_600_000;
const use = (sent: Record<number, number>) => ({
  hours: Array.from({ length: DAY_HOURS }, (_, hour) => sent[hour] ?? 0),
  nextHourInMs: HOUR / 2,
});

test('a fifth of a day is kept for first mails after quiet and tests', () => {
  assert.equal(shareOfDay(500, false), 400);
  assert.equal(shareOfDay(500, true), 500);
  assert.equal(shareOfDay(1, false), 0);
  const spent = use({ 20: 400 });
  assert.equal(dayWaitMs(spent, 500, 0, true), 0);
  assert.equal(dayWaitMs(spent, 500, 99, true), 0);
  assert.equal(dayWaitMs(spent, 500, 100, true), 20.5 * HOUR);
  assert.equal(dayWaitMs(use({ 20: 399 }), 500, 0, false), 0);
  assert.equal(dayWaitMs(spent, 500, 0, false), 20.5 * HOUR);
});

test('a mail waits until the hour in which enough was sent is a day old', () => {
  const sent = use({ 0: 10, 3: 5, 24: 385 });
  assert.equal(dayWaitMs(sent, 500, 0, false), 0.5 * HOUR);
  assert.equal(dayWaitMs(sent, 500, 10, false), 3.5 * HOUR);
  assert.equal(dayWaitMs(sent, 500, 15, false), 24.5 * HOUR);
  // What leaves in the first hour is a day old in its turn.
  assert.equal(dayWaitMs(sent, 500, 400, false), 25.5 * HOUR);
  assert.equal(dayWaitMs(sent, 500, 415, false), 49.5 * HOUR);
  assert.deepEqual(dayWait(sent, 500, 12, false), { inMs: 3.5 * HOUR, withIt: 2 });
  assert.equal(dayWaitMs(use({ 0: 1 }), 1, 1, false), 25.5 * HOUR, 'an account of one mail a day');
});

test('whatever was sent, more before a mail never makes it earlier, and urgent mail never waits longer', () => {
  const hours = fc.array(fc.nat(200), { minLength: DAY_HOURS, maxLength: DAY_HOURS });
  fc.assert(
    fc.property(
      hours,
      fc.nat(HOUR),
      fc.integer({ min: 1, max: 2_000 }),
      fc.nat(5_000),
      (sent, nextHourInMs, perDay, before) => {
        const day = { hours: sent, nextHourInMs };
        const one = dayWaitMs(day, perDay, before, false);
        assert.ok(dayWaitMs(day, perDay, before + 1, false) >= one);
        assert.ok(dayWaitMs(day, perDay, before, true) <= one);
      },
    ),
  );
});

test('a digest is made behind those that are due before it and those that come due before it, each a gap wider than the one before', () => {
  const day = { ...use({ 3: 60 }), perDay: 100, counts: 'mails' } as const;
  // Of eighty ordinary sends twenty are left: one waits in the line, and each digest is one more.
  const gap = (left: number) => Math.ceil((24 * HOUR) / left);
  const line = { dueInMs: 0, dueBefore: 2, laterBefore: 2, waiting: 1, digestedAgoMs: HOUR / 4 };
  const due = gap(19) - HOUR / 4 + gap(18) + gap(17);
  assert.equal(expectDigest(line, day), due + gap(16) + gap(15));
  assert.equal(expectDigest({ ...line, dueInMs: 9 * HOUR }, day), 9 * HOUR + gap(16) + gap(15));
  for (const digestedAgoMs of [null, -HOUR, 9 * HOUR])
    assert.equal(expectDigest({ ...line, digestedAgoMs, laterBefore: 0 }, day), gap(18) + gap(17), `${digestedAgoMs}`);
  assert.equal(expectDigest({ ...line, dueInMs: HOUR }, null), HOUR);
});

test('digests are as far apart as their windows while more than half of the day’s ordinary share is left, then what is left is spread over a day', () => {
  const gaps = [199, 200, 399, 400, 500].map((sent) => digestGapMs(use({ 3: sent }), 500) / 1_000);
  assert.deepEqual(gaps, [0, 432, 86_400, 86_400, 86_400]);
});

test('a digest is expected at its time, not sooner than the day’s gap behind the one before, and never for a clock that was set back', () => {
  const line = { dueInMs: 30_000, dueBefore: 0, laterBefore: 0, waiting: 0, digestedAgoMs: null };
  const half = { ...use({ 3: 200 }), perDay: 500, counts: 'mails' as const };
  const at = (more: Partial<DigestLine>, day: typeof half | null = half) =>
    expectDigest({ ...line, ...more }, day) / 1_000;
  assert.deepEqual([at({}), at({ digestedAgoMs: 60_000 }), at({ digestedAgoMs: -1 })], [30, 372, 30]);
  assert.deepEqual([at({ digestedAgoMs: 0 }), at({ digestedAgoMs: 430_000 })], [432, 30]);
  assert.equal(
    at({ dueInMs: 0, dueBefore: 3, digestedAgoMs: 0 }, null),
    0,
    'where no limit is known nothing is kept apart',
  );
  assert.equal(at({ digestedAgoMs: 0 }, { ...half, ...use({ 3: 100 }) }), 30, 'nor while more than half is left');
});

test('a mail that the day’s limit keeps says so, and when it goes', () => {
  const pace = {
    tokens: 10,
    burst: 10,
    perMinute: 50,
    claimedAgoMs: 0,
    restMs: 0,
    day: { ...use({ 20: 400 }), perDay: 500, counts: 'mails' as const },
  };
  const next = { before: 0, dueBefore: 0, behind: 0, dueInMs: 0, dueForMs: 0, isUrgent: false };
  assert.deepEqual(expectSend(next, pace), { wait: 'day', inMs: 20.5 * HOUR });
  assert.deepEqual(expectSend({ ...next, isUrgent: true }, pace), { wait: 'turn', inMs: 0 });
});

test('forty cameras of one gmail.com account in a storm of two days stay inside 500 a day, are told of all the time, and a quiet camera’s first mail never waits', () => {
  const [PER_DAY, CAMERAS, MINUTE, HOURS] = [500, 40, 60_000, 48];
  const sent: number[] = [];
  const useAt = (now: number) => {
    const hour = Math.floor(now / HOUR);
    const hours = Array<number>(DAY_HOURS).fill(0);
    for (const at of sent) {
      const age = hour - Math.floor(at / HOUR);
      if (age < DAY_HOURS) hours[DAY_HOURS - 1 - age]! += 1;
    }
    return { hours, nextHourInMs: (hour + 1) * HOUR - now };
  };
  const windows = Array<number>(CAMERAS).fill(0);
  const toldIn = Array<number>(HOURS).fill(0);
  let lastDigest = Number.NEGATIVE_INFINITY;
  let isDigestWaiting = false;
  // Every camera always has more; each tick one digest at most is made, that of the camera that waits longest, and leaves when the day has room.
  for (let now = 0; now < HOURS * HOUR; now += 10_000) {
    const use = useAt(now);
    const camera = windows.indexOf(Math.min(...windows));
    if (!isDigestWaiting && windows[camera]! <= now && now - lastDigest >= digestGapMs(use, PER_DAY)) {
      [windows[camera], lastDigest, isDigestWaiting] = [now + MINUTE, now, true];
    }
    if (isDigestWaiting && dayWaitMs(use, PER_DAY, 0, false) === 0) {
      sent.push(now);
      toldIn[Math.floor(now / HOUR)]! += 1;
      isDigestWaiting = false;
    }
    // A camera that nothing moved before: one every twenty minutes, 72 a day.
    if (now % (20 * MINUTE) === 0) {
      assert.equal(dayWaitMs(useAt(now), PER_DAY, 0, true), 0, `at ${now / HOUR} h`);
      sent.push(now);
    }
  }
  for (const from of sent) assert.ok(sent.filter((at) => at >= from && at < from + 24 * HOUR).length <= PER_DAY);
  assert.ok(
    toldIn.every((count) => count >= 1),
    `${toldIn}`,
  );
});
