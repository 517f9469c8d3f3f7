import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  blockOf,
  DAY_HOURS,
  decideReroute,
  LONG_REST_MS,
  leastForReroute,
  type MailboxRoom,
  nextMessageState,
  type RoutedMail,
  rerouteTarget,
  shareOfDay,
  statesBefore,
} from '../../src/index.ts';

const day = (sent: number) => ({
  hours: Array.from({ length: DAY_HOURS }, (_, hour) => (hour === 20 ? sent : 0)),
  nextHourInMs: 60_000,
});
const free: MailboxRoom = { canSend: true, restMs: 0, day: day(0), perDay: 500 };
const other = { ...free, waiting: 0 };

test('mail leaves by the other mailbox while its own is closed, over its day, or told to wait long', () => {
  assert.equal(decideReroute(free, other, false), null);
  assert.deepEqual(decideReroute({ ...free, canSend: false }, other, false), { reason: 'closed', room: 400 });
  assert.deepEqual(decideReroute({ ...free, day: day(400) }, other, false), { reason: 'day', room: 400 });
  assert.deepEqual(decideReroute({ ...free, restMs: LONG_REST_MS }, other, false), { reason: 'rest', room: 400 });
  assert.equal(decideReroute({ ...free, restMs: LONG_REST_MS - 1 }, other, false), null);
});

test('a test or a first mail after quiet has the kept fifth of its own mailbox before it goes another way', () => {
  assert.equal(decideReroute({ ...free, day: day(400) }, other, true), null);
  assert.deepEqual(decideReroute({ ...free, day: day(500) }, other, true), { reason: 'day', room: 500 });
});

test('the other mailbox is never given more than it can send in its day, and none while it cannot send itself', () => {
  const room = fc.record({
    canSend: fc.boolean(),
    restMs: fc.constantFrom(0, LONG_REST_MS),
    day: fc.nat(600).map(day),
    perDay: fc.option(fc.integer({ min: 1, max: 600 })),
  });
  fc.assert(
    fc.property(room, room, fc.nat(600), fc.boolean(), (own, to, waiting, isUrgent) => {
      const decided = decideReroute(own, { ...to, waiting }, isUrgent);
      if (!decided) return;
      assert.equal(blockOf(to, isUrgent), null);
      assert.equal(decided.reason, blockOf(own, isUrgent));
      assert.ok(decided.room > 0);
      if (to.perDay !== null) assert.ok(to.day.hours[20]! + waiting + decided.room <= shareOfDay(to.perDay, isUrgent));
    }),
  );
});

test('a mail goes by the mailbox that its owner named, and from there home alone', () => {
  const mail = { mailboxId: 'a', reroutedFrom: null, fallbackMailboxId: 'b' };
  assert.equal(rerouteTarget(mail), 'b');
  assert.equal(rerouteTarget({ ...mail, fallbackMailboxId: null }), null);
  assert.equal(rerouteTarget({ ...mail, replacedBy: 'c' }), 'c');
  assert.equal(rerouteTarget({ mailboxId: 'b', reroutedFrom: 'a', fallbackMailboxId: 'c' }), 'a');
});

test('a mailbox without a limit has room for all; one whose room is taken by mail that waits has none', () => {
  const closed = { ...free, canSend: false };
  const endless = { ...other, perDay: null, waiting: 10_000 };
  assert.deepEqual(decideReroute(closed, endless, false), { reason: 'closed', room: Number.POSITIVE_INFINITY });
  assert.equal(decideReroute(closed, { ...other, waiting: 400 }, false), null);
  assert.equal(decideReroute(closed, { ...other, waiting: 399 }, false)?.room, 1);
});

test('a look at an account is worth it from the ordinary share of the smallest day on', () => {
  assert.equal(leastForReroute(500), 400);
});

test('whatever its owner chooses meanwhile, a mail moves twice at most: there, and home', () => {
  const mailbox = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(mailbox, fc.array(fc.option(mailbox), { maxLength: 20 }), (home, choices) => {
      let mail: RoutedMail = { mailboxId: home, reroutedFrom: null, fallbackMailboxId: null };
      const been: string[] = [home];
      for (const fallbackMailboxId of choices) {
        const to = rerouteTarget({ ...mail, fallbackMailboxId });
        if (to === null) continue;
        mail = { mailboxId: to, reroutedFrom: mail.reroutedFrom ?? mail.mailboxId, fallbackMailboxId };
        been.push(to);
      }
      assert.ok(been.length <= 3);
      if (been.length === 3) assert.equal(been[2], home);
    }),
  );
});

test('only mail that waits goes another way: none that is being sent, and none in doubt', () => {
  assert.deepEqual([...statesBefore('rerouted')].sort(), ['deferred', 'held', 'queued']);
  assert.equal(nextMessageState('held', 'rerouted'), 'queued');
});
