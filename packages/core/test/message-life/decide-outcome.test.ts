import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AttemptHistory,
  decideLostLease,
  decideOutcome,
  ERROR_TABLE,
  type ErrorCode,
  nextMessageState,
  type OutcomePlans,
  type SendResult,
} from '../../src/index.ts';

const HOUR = 3_600_000;
const plans: OutcomePlans = {
  retryMs: [30_000, 120_000, 600_000, 1_800_000, HOUR],
  inDoubtMs: [600_000, HOUR, 4 * HOUR],
  expireAfterMs: 48 * HOUR,
  failedContentMs: 72 * HOUR,
};
const fresh: AttemptHistory = { deferrals: 0, doubts: 0, abandons: 0, ageMs: 0 };

const codes = fc.constantFrom(...(Object.keys(ERROR_TABLE) as ErrorCode[]));
const words = { status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }) };
const textual = fc.option(fc.string({ maxLength: 2000 }), { nil: undefined });
const result: fc.Arbitrary<SendResult> = fc.oneof(
  fc.record({ outcome: fc.constant('accepted' as const), status: fc.constantFrom(200, 202, 250) }),
  fc.record({
    outcome: fc.constant('deferred' as const),
    code: codes,
    ...words,
    text: textual,
    retryAfterMs: fc.option(fc.nat({ max: 100 * HOUR }), { nil: undefined }),
    scope: fc.constantFrom('message' as const, 'account' as const),
  }),
  fc.record({
    outcome: fc.constantFrom('rejected' as const, 'auth_lost' as const, 'in_doubt' as const),
    code: codes,
    ...words,
    text: textual,
  }),
) as fc.Arbitrary<SendResult>;
const history = fc.record({
  deferrals: fc.nat({ max: 500 }),
  doubts: fc.nat({ max: 50 }),
  abandons: fc.nat({ max: 50 }),
  ageMs: fc.nat({ max: 100 * HOUR }),
});
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('the state is always the one that the state machine gives for the event', () => {
  fc.assert(
    fc.property(result, history, random, (answer, past, number) => {
      const outcome = decideOutcome(answer, past, plans, () => number);
      assert.equal(outcome.state, nextMessageState('sending', outcome.event));
    }),
  );
});

test('a mail has a next time exactly while it is tried again, and a last day exactly when it came to a bad end', () => {
  fc.assert(
    fc.property(result, history, random, fc.option(fc.boolean(), { nil: undefined }), (answer, past, number, lost) => {
      const outcome =
        lost === undefined
          ? decideOutcome(answer, past, plans, () => number)
          : decideLostLease(lost, past, plans, () => number);
      assert.equal(outcome.dueInMs !== null, ['queued', 'deferred', 'in_doubt'].includes(outcome.state));
      assert.ok(outcome.dueInMs === null || (Number.isInteger(outcome.dueInMs) && outcome.dueInMs >= 0));
    }),
  );
});

test('a mail is not given up by a deferral before its time, and always after it', () => {
  fc.assert(
    fc.property(result, history, random, (answer, past, number) => {
      fc.pre(answer.outcome === 'deferred');
      const outcome = decideOutcome(answer, past, plans, () => number);
      assert.equal(outcome.state, past.ageMs >= plans.expireAfterMs ? 'expired' : 'deferred');
    }),
  );
});

test('a provider that names a time is not asked before it', () => {
  fc.assert(
    fc.property(result, history, random, (answer, past, number) => {
      fc.pre(answer.outcome === 'deferred' && answer.retryAfterMs !== undefined && past.ageMs < plans.expireAfterMs);
      const outcome = decideOutcome(answer, past, plans, () => number);
      const named = (answer as { retryAfterMs: number }).retryAfterMs;
      const ours = plans.retryMs[Math.min(past.deferrals, plans.retryMs.length - 1)]!;
      assert.ok(outcome.dueInMs! >= named);
      assert.ok(outcome.dueInMs! <= Math.max(named, ours) + 5_001);
    }),
  );
});

test('a provider that always says "at once", or a time that is past, is asked less and less often', () => {
  const shortPlan = fc.array(fc.integer({ min: 100, max: 4 * HOUR }), { minLength: 1, maxLength: 8 });
  const scope = fc.constantFrom('message' as const, 'account' as const);
  fc.assert(
    fc.property(shortPlan, scope, fc.integer({ min: -HOUR, max: 0 }), random, (retryMs, of, retryAfterMs, number) => {
      const sorted = retryMs.sort((a, b) => a - b);
      const answer: SendResult = { outcome: 'deferred', code: 'upstream.throttled', retryAfterMs, scope: of };
      let least = 0;
      for (let deferrals = 0; deferrals < 40; deferrals++) {
        const outcome = decideOutcome(answer, { ...fresh, deferrals }, { ...plans, retryMs: sorted }, () => number);
        const ours = sorted[Math.min(deferrals, sorted.length - 1)]!;
        assert.ok(outcome.dueInMs! >= Math.min(1_000 * 2 ** deferrals, ours), `${outcome.dueInMs} after ${deferrals}`);
        assert.ok(outcome.dueInMs! >= least);
        if (of === 'account') assert.ok(outcome.accountRestMs! >= Math.min(1_000, sorted[0]!));
        least = outcome.dueInMs!;
      }
      assert.ok(least >= sorted.at(-1)!);
    }),
  );
  // With the usual plan: two days of such answers are some sixty attempts, not 80,000.
  let ageMs = 0;
  let attempts = 0;
  const answer: SendResult = { outcome: 'deferred', code: 'upstream.throttled', retryAfterMs: 0, scope: 'message' };
  while (ageMs < plans.expireAfterMs) {
    ageMs += decideOutcome(answer, { ...fresh, deferrals: attempts, ageMs }, plans, () => 0).dueInMs!;
    attempts += 1;
  }
  assert.ok(attempts < 70, `${attempts} attempts`);
});

test('only the account as a whole is rested by an answer that says so', () => {
  fc.assert(
    fc.property(result, history, random, (answer, past, number) => {
      const outcome = decideOutcome(answer, past, plans, () => number);
      const isForAccount =
        (answer.outcome === 'deferred' && answer.scope === 'account') ||
        (answer.outcome === 'auth_lost' && ERROR_TABLE[answer.code].job !== 'hold');
      assert.equal(outcome.accountRestMs !== null, isForAccount);
    }),
  );
});

test('a mailbox is closed only by a loss that reconnecting can mend', () => {
  fc.assert(
    fc.property(result, history, random, (answer, past, number) => {
      const outcome = decideOutcome(answer, past, plans, () => number);
      const isMendable = answer.outcome === 'auth_lost' && ERROR_TABLE[answer.code].job === 'hold';
      assert.equal(outcome.reconnectCode !== null, isMendable);
      assert.equal(outcome.state === 'held', isMendable);
    }),
  );
  const secret = decideOutcome({ outcome: 'auth_lost', code: 'upstream.client_secret' }, fresh, plans, () => 0);
  assert.equal(secret.state, 'deferred');
});

test('mail in doubt waits 10 minutes, 1 hour, then 4 hours each, and ends within its 48 hours', () => {
  const waits: number[] = [];
  let past = fresh;
  for (;;) {
    const outcome = decideOutcome({ outcome: 'in_doubt', code: 'upstream.in_doubt' }, past, plans, () => 0);
    if (outcome.state === 'expired') break;
    assert.equal(outcome.state, 'in_doubt');
    waits.push(outcome.dueInMs!);
    past = { ...past, doubts: past.doubts + 1, ageMs: past.ageMs + outcome.dueInMs! };
  }
  assert.deepEqual(waits.slice(0, 4), [600_000, HOUR, 4 * HOUR, 4 * HOUR]);
  assert.equal(waits.length, 13);
});

test('a deferred mail is tried along the plan, a last time when its 48 hours end, and then expires', () => {
  const waits: number[] = [];
  let past = fresh;
  for (;;) {
    const outcome = decideOutcome(
      { outcome: 'deferred', code: 'upstream.unavailable', scope: 'message' },
      past,
      plans,
      () => 0.999,
    );
    if (outcome.state === 'expired') break;
    waits.push(outcome.dueInMs!);
    past = { ...past, deferrals: past.deferrals + 1, ageMs: past.ageMs + outcome.dueInMs! };
  }
  assert.ok(waits[0]! >= 30_000 && waits[0]! <= 36_000);
  assert.equal(past.ageMs, plans.expireAfterMs);
});

test('a doubt that every mail of its account would meet rests the account, once its time is over too', () => {
  const restOf = (scope: 'account' | undefined, ageMs: number) =>
    decideOutcome(
      { outcome: 'in_doubt', code: 'upstream.in_doubt', ...(scope && { scope }) },
      { ...fresh, ageMs },
      plans,
      () => 0,
    ).accountRestMs;
  assert.deepEqual(
    [restOf('account', 0), restOf(undefined, 0), restOf('account', plans.expireAfterMs)],
    [plans.retryMs[0], null, plans.retryMs[0]],
  );
});

test('a lost lease is in doubt with the mark and waits again at once without it', () => {
  assert.deepEqual(
    [true, false].map((wasCommitted) => {
      const { state, dueInMs, attempt } = decideLostLease(wasCommitted, fresh, plans, () => 0);
      return [state, dueInMs, attempt.outcome];
    }),
    [
      ['in_doubt', 600_000, 'in_doubt'],
      ['queued', 0, 'abandoned'],
    ],
  );
});

test('a mail that ends its worker again and again waits longer each time, and is never given up for it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 1000 }), random, (abandons, number) => {
      const outcome = decideLostLease(false, { ...fresh, abandons }, plans, () => number);
      assert.equal(outcome.state, 'queued');
      assert.ok(outcome.dueInMs! >= 30_000);
    }),
  );
});

test("a provider's words are kept to 500 characters", () => {
  const outcome = decideOutcome(
    { outcome: 'rejected', code: 'upstream.rejected', status: 400, text: 'x'.repeat(5000) },
    fresh,
    plans,
    () => 0,
  );
  assert.equal(outcome.attempt.text?.length, 500);
});

test('a mail that was taken for some recipients waits for those who were refused for now, and for nobody else', () => {
  const endOf = (...outcomes: ('accepted' | 'rejected' | 'deferred')[]): string => {
    const recipients = outcomes.map((outcome, index) => ({ recipient: `r${index}@example.jp`, outcome }));
    return decideOutcome({ outcome: 'accepted', status: 250, recipients }, fresh, plans, () => 0).state;
  };
  assert.equal(endOf('accepted', 'deferred'), 'deferred');
  for (const taken of [[], ['accepted'], ['accepted', 'rejected']] as const) assert.equal(endOf(...taken), 'sent');
});

test('a mail that breaks its reader is set aside, and one that its provider refuses is not', () => {
  const stateOf = (code: ErrorCode) => decideOutcome({ outcome: 'rejected', code }, fresh, plans, () => 0).state;
  for (const code of Object.keys(ERROR_TABLE) as ErrorCode[])
    assert.equal(stateOf(code), ERROR_TABLE[code].job === 'quarantine' ? 'quarantined' : 'failed', code);
  assert.deepEqual([stateOf('mail.unpreparable'), stateOf('upstream.rejected')], ['quarantined', 'failed']);
});

test('a provider’s wait is a fifth longer at most; one that names none waits a second, and twice as long each time, up to our own plan', () => {
  const due = (retryAfterMs: number, deferrals: number, number: number) =>
    decideOutcome(
      { outcome: 'deferred', code: 'upstream.throttled', retryAfterMs, scope: 'message' },
      { ...fresh, deferrals },
      plans,
      () => number,
    ).dueInMs;
  assert.deepEqual([due(10_000, 0, 0), due(10_000, 0, 0.5)], [10_000, 11_000]);
  assert.deepEqual([due(60_000, 0, 0.5), due(600_000, 0, 0.5)], [62_500, 602_500], 'by five seconds at most');
  assert.deepEqual(
    [0, 1, 2, 3, 9].map((deferrals) => due(0, deferrals, 0)),
    [1_000, 2_000, 4_000, 8_000, 512_000],
  );
  assert.equal(due(0, 40, 0), HOUR);
});

test('a mail whose worker was lost before its commit point is tried at once, twice again, and then by the plan', () => {
  const due = (abandons: number) => decideLostLease(false, { ...fresh, abandons }, plans, () => 0).dueInMs;
  assert.deepEqual([0, 1, 2, 3, 4].map(due), [0, 0, 0, 30_000, 120_000]);
});
