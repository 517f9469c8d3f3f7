import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_HOURS, dayWaitMs, expectSend, type LinePlace, shareOfDay, TOKENS_AT_ONCE } from '@hikyaku/core';
import fc from 'fast-check';
import { openDeviceRound } from '../src/turn/device-round.ts';
import { isOutOfSends, nextTurn } from '../src/turn/next-turn.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Each run plays hours of an account; to make a failure smaller would take minutes. */
const RUNS = { numRuns: 40, endOnFailure: true };
/** Who is next in a round may change by so many places. */
const DEVICES = 6;
/** Of a claim. */
const LIMIT = 4;

interface Mail {
  seq: number;
  device: number;
  priority: number;
  dueAt: number;
  sentAt: number | null;
}
interface Account {
  burst: number;
  perMinute: number;
  tokens: number;
  /** Until then its provider wants nothing. */
  restUntil: number;
  perDay: number | null;
  /** Sent by the hour, the running one last. */
  hours: number[];
  /** Where in its hour the clock stands. */
  inHourMs: number;
}

/** An account as its worker uses it, by a clock of its own: claims take the order of `claimDueMessages`, turns come when `nextTurn` says. Sending takes no time. */
function simulate(account: Account, mails: Mail[]) {
  let { tokens } = account;
  let filledAt = 0;
  let devices: (string | null)[] = [];
  const sentIn = new Map(account.hours.map((sent, index) => [index - DAY_HOURS + 1, sent]));
  const hourAt = (at: number) => Math.floor((at + account.inHourMs) / HOUR_MS);
  const useAt = (at: number) => ({
    hours: Array.from({ length: DAY_HOURS }, (_, index) => sentIn.get(hourAt(at) - DAY_HOURS + 1 + index) ?? 0),
    nextHourInMs: (hourAt(at) + 1) * HOUR_MS - at - account.inHourMs,
  });
  const waiting = () => mails.filter(({ sentAt }) => sentAt === null);
  const dueAt = (at: number) => waiting().filter((mail) => mail.dueAt <= at);
  const fill = (at: number) => {
    tokens = Math.min(account.burst, tokens + ((at - filledAt) * account.perMinute) / MINUTE_MS);
    filledAt = at;
  };
  /** In the order of claims, of mails due by then. */
  const line = (at: number, served: Map<string | null, number>): Mail[] => {
    const placeOf = new Map<Mail, number>();
    const seen = new Map<string, number>();
    for (const mail of dueAt(at).toSorted((a, b) => a.seq - b.seq)) {
      const key = `${mail.device} ${mail.priority}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      placeOf.set(mail, mail.priority < 2 ? 0 : seen.get(key)! + (served.get(String(mail.device)) ?? 0));
    }
    return [...placeOf.keys()].toSorted(
      (a, b) => a.priority - b.priority || placeOf.get(a)! - placeOf.get(b)! || a.seq - b.seq,
    );
  };
  const roomOf = (at: number, isUrgent: boolean): number => {
    if (account.perDay === null) return Number.POSITIVE_INFINITY;
    return shareOfDay(account.perDay, isUrgent) - useAt(at).hours.reduce((sum, sent) => sum + sent, 0);
  };

  /** Milliseconds until the next turn; null: nothing waits. */
  const turn = (at: number): number | null => {
    if (waiting().length === 0) return null;
    const dueInMs = () => Math.max(0, Math.min(...waiting().map((mail) => mail.dueAt)) - at);
    const restMs = Math.max(0, account.restUntil - at);
    let dayMs = 0;
    if (account.perDay !== null) {
      const ofDay = (isUrgent: boolean) => dayWaitMs(useAt(at), account.perDay!, 0, isUrgent);
      dayMs = ofDay(false);
      if (dayMs > 0 && dueAt(at).some(({ priority }) => priority < 2)) dayMs = ofDay(true);
    }
    const notYetMs = Math.ceil(Math.max(dueInMs(), restMs, dayMs));
    if (notYetMs > 0) return notYetMs;
    fill(at);
    const round = openDeviceRound(devices);
    let sent = 0;
    for (;;) {
      const places = Math.min(LIMIT, Math.floor(tokens));
      const claimed = line(at, round.served)
        .filter((mail, before) => before < roomOf(at, mail.priority < 2))
        .slice(0, places);
      if (claimed.length === 0) break;
      for (const mail of claimed) mail.sentAt = at;
      sentIn.set(hourAt(at), (sentIn.get(hourAt(at)) ?? 0) + claimed.length);
      round.took(claimed.map(({ device }) => String(device)));
      tokens -= claimed.length;
      sent += claimed.length;
    }
    const due = dueAt(at);
    devices = due.length > 0 ? round.devices() : [];
    if (waiting().length === 0) return null;
    const rest = { dueInMs: dueInMs(), restMs, dueCount: Math.min(due.length, TOKENS_AT_ONCE), tokens };
    const isUrgent = isOutOfSends(rest) && due.some(({ priority }) => priority < 2);
    const pace = { burst: account.burst, perMinute: account.perMinute, inFlight: 4, day: null };
    const answer = nextTurn(rest, pace, { hasSent: sent > 0, isUrgent });
    return answer === null ? null : Math.max(1, answer.againInMs);
  };

  /** When a mail leaves as its owner is told at `at`, by what `readPlaceInLine` and `readAccountPaces` say. */
  const told = (mail: Mail, at: number, further: number): number => {
    const by = Math.max(at, mail.dueAt);
    const had = new Set(devices);
    const placeOf = (one: Mail): number =>
      one.priority < 2
        ? 0
        : 1 +
          waiting().filter((o) => o.device === one.device && o.priority === one.priority && o.seq < one.seq).length +
          (had.has(String(one.device)) ? 1 : 0);
    const isBefore = (one: Mail): boolean =>
      one.priority !== mail.priority
        ? one.priority < mail.priority
        : placeOf(one) !== placeOf(mail)
          ? placeOf(one) < placeOf(mail)
          : one.seq < mail.seq;
    const others = waiting().filter((one) => one !== mail && one.dueAt <= by);
    const before = others.filter(isBefore);
    const dueBefore = before.filter(({ dueAt }) => dueAt <= at).length;
    const place: LinePlace = {
      before: Math.max(0, before.length + further),
      dueBefore: Math.max(0, dueBefore + further),
      behind: Math.min(TOKENS_AT_ONCE, others.length - before.length),
      dueInMs: Math.max(0, mail.dueAt - at),
      dueForMs: Math.max(0, at - mail.dueAt),
      isUrgent: mail.priority < 2,
    };
    fill(at);
    const day = account.perDay === null ? null : { ...useAt(at), perDay: account.perDay, counts: 'mails' as const };
    const { burst, perMinute } = account;
    const restMs = Math.max(0, account.restUntil - at);
    return at + expectSend(place, { tokens, burst, perMinute, claimedAgoMs: 0, restMs, day }).inMs;
  };
  return { turn, told, waiting };
}

const device = fc.nat(DEVICES - 1);
/** Nearly all are ordinary; `late`: some are due in a while only. */
const mailsOf = (most: number, late: number) =>
  fc.array(
    fc.record({
      device,
      priority: fc.oneof({ weight: 1, arbitrary: fc.constantFrom(0, 1, 3) }, { weight: 30, arbitrary: fc.constant(2) }),
      dueAt: fc.oneof(
        { weight: 6, arbitrary: fc.constant(-1_000) },
        { weight: late, arbitrary: fc.nat(20 * MINUTE_MS) },
      ),
    }),
    { maxLength: most, size: 'max' },
  );

/** Plays what is told of each mail at the end of a turn against what happens then. The worst: by how much of what is allowed it was off. */
function worstOf(account: Account, given: Omit<Mail, 'seq' | 'sentAt'>[]): { worst: number; text: string } {
  const mails = given.map((one, seq): Mail => ({ ...one, seq, sentAt: null }));
  const { turn, told, waiting } = simulate(account, mails);
  let at = 0;
  let next = turn(at);
  const said = waiting().map((one) => ({ one, from: told(one, at, -DEVICES), to: told(one, at, DEVICES) }));
  for (let turns = 0; next !== null; turns++) {
    assert.ok(turns < 100_000);
    at += next;
    next = turn(at);
  }
  let worst = 0;
  let text = '';
  for (const { one, from, to } of said) {
    const off = Math.max(from - one.sentAt!, one.sentAt! - to) / Math.max(MINUTE_MS, 0.2 * one.sentAt!);
    if (off > worst) {
      worst = off;
      text = `mail ${one.seq} of device ${one.device}, priority ${one.priority}, due ${one.dueAt}: told ${from} to ${to}, left ${one.sentAt}`;
    }
  }
  return { worst, text };
}

const isTrue = (account: Account, mails: Omit<Mail, 'seq' | 'sentAt'>[]): void => {
  const { worst, text } = worstOf(account, mails);
  assert.ok(worst <= 1, text);
};
const pace = { burst: 30, perMinute: 30, tokens: 30, restUntil: 0, perDay: null, hours: [], inHourMs: 0 };

test('in a storm of any devices each mail leaves when its owner was told, to a minute or a fifth of the time', () => {
  fc.assert(
    fc.property(mailsOf(150, 1), fc.double({ min: 0, max: 30, noNaN: true }), (mails, tokens) =>
      isTrue({ ...pace, tokens }, mails),
    ),
    RUNS,
  );
});

test('so it does behind a provider that wants nothing for a while', () => {
  fc.assert(
    fc.property(mailsOf(100, 1), fc.nat(30 * MINUTE_MS), (mails, restUntil) =>
      isTrue({ ...pace, restUntil, tokens: 3 }, mails),
    ),
    RUNS,
  );
});

test('so it does in an account’s day, whatever it sent in which hour', () => {
  const hours = fc.array(fc.constantFrom(0, 0, 0, 0, 0, 5, 60), { minLength: DAY_HOURS, maxLength: DAY_HOURS });
  const perDay = fc.constantFrom(60, 100, 200);
  fc.assert(
    fc.property(mailsOf(120, 0), hours, fc.nat(HOUR_MS - 1), perDay, (mails, given, inHourMs, most) =>
      isTrue({ ...pace, perDay: most, hours: given, inHourMs }, mails),
    ),
    RUNS,
  );
});
