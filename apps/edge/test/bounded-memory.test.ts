import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, RelayError } from '@hikyaku/core';
import { failureKind, sqlStateOf } from '../src/handoff/failure-kind.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';
import { AuthDelay } from '../src/smtp/auth-delay.ts';
import { JournalShare } from '../src/smtp/journal-share.ts';
import { RecentIds } from '../src/smtp/recent-ids.ts';
import { MissQuestion } from '../src/snapshot/miss-question.ts';

const NO_ROWS = { tenants: [], mailboxes: [], devices: [], groups: [], credentials: [] };

const alone = new SharedFacts(null, () => 0);

test('delays grow from the fourth failure on to five seconds, per pair, and are forgotten after a quarter of an hour', () => {
  let now = 0;
  const delay = new AuthDelay(1000, () => now, alone);
  const fail = (address: string, username: string) => delay.fail(address, username);
  assert.deepEqual(
    Array.from({ length: 7 }, () => fail('a', 'u')),
    [1000, 1000, 1000, 2000, 4000, 5000, 5000],
  );
  assert.equal(fail('b', 'u'), 1000);
  assert.equal(fail('a', 'v'), 1000);
  now += 15 * 60_000;
  assert.equal(fail('a', 'u'), 1000);
  delay.succeed('a', 'u');
  assert.equal(fail('a', 'u'), 1000);
});

test('the pair that failed longest ago makes room for the ten thousand and first', () => {
  const delay = new AuthDelay(1000, () => 0, alone);
  for (let count = 0; count < 4; count++) delay.fail('first', 'u');
  for (let count = 0; count < 10_000; count++) delay.fail(String(count), 'u');
  assert.equal(delay.fail('first', 'u'), 1000);
  assert.equal(delay.fail('9999', 'u'), 1000);
});

test('a Message-ID is repeated only when the same device gave it', () => {
  const ids = new RecentIds();
  assert.deepEqual(
    [ids.isRepeated('d', '<1>'), ids.isRepeated('e', '<1>'), ids.isRepeated('d', '<1>')],
    [false, false, true],
  );
});

const UNCONFIRMED = { code: 'edge.auth_unconfirmed' };

test('a miss asks once in five seconds per user name, twenty times a second in all, and rests after a failure', async () => {
  let now = 0;
  const clock: Clock = { now: () => now, sleep: () => new Promise(() => {}) };
  const asked: string[] = [];
  let isAway = false;
  const question = new MissQuestion(clock, async (username) => {
    asked.push(username);
    if (isAway) throw new Error('away');
    return NO_ROWS;
  });
  assert.deepEqual([await question.ask('a'), await question.ask('a')], [NO_ROWS, null]);
  for (let count = 0; count < 19; count++) await question.ask(`u${count}`);
  await assert.rejects(question.ask('right'), UNCONFIRMED, 'a login that may be right is refused for now only');
  assert.equal(await question.ask('a'), null);
  assert.equal(asked.length, 20);
  now += 5000;
  assert.equal(await question.ask('a'), NO_ROWS);
  isAway = true;
  await assert.rejects(question.ask('b'), UNCONFIRMED);
  isAway = false;
  await assert.rejects(question.ask('c'), UNCONFIRMED);
  now += 2000;
  assert.equal(await question.ask('c'), NO_ROWS);
  assert.equal(await question.ask('b'), NO_ROWS, 'what was not answered is asked again');
});

test('connections of a new device that come at once wait for one answer, and none of them is refused for good', async () => {
  const clock: Clock = { now: () => 0, sleep: () => new Promise(() => {}) };
  let answer: (rows: typeof NO_ROWS) => void = () => {};
  let asked = 0;
  const question = new MissQuestion(clock, () => {
    asked += 1;
    return new Promise((resolve) => {
      answer = resolve;
    });
  });
  const logins = [1, 2, 3, 4, 5, 6].map(() => question.ask('kamera22'));
  answer(NO_ROWS);
  assert.deepEqual(await Promise.all(logins), Array(6).fill(NO_ROWS));
  assert.equal(asked, 1);
});

test('a clock that is set back by a day stops no question: not by the one asked a moment ago, by what was asked in all, nor by a failure', async () => {
  let now = 2 * 86_400_000;
  let isAway = false;
  const clock: Clock = { now: () => now, sleep: () => new Promise(() => {}) };
  const question = new MissQuestion(clock, async () => {
    if (isAway) throw new Error('away');
    return NO_ROWS;
  });
  assert.equal(await question.ask('a'), NO_ROWS);
  now -= 86_400_000;
  assert.equal(await question.ask('a'), NO_ROWS);
  isAway = true;
  await assert.rejects(question.ask('b'), UNCONFIRMED);
  isAway = false;
  now -= 86_400_000;
  assert.equal(await question.ask('b'), NO_ROWS);
});

test('a Postgres that does not answer costs a login 300 ms, and four logins at most wait for it', async () => {
  const waits: number[] = [];
  const clock: Clock = { now: () => 0, sleep: async (ms) => void waits.push(ms) };
  let open = 0;
  const question = new MissQuestion(clock, () => {
    open += 1;
    return new Promise(() => {});
  });
  for (let count = 0; count < 10; count++) await assert.rejects(question.ask(`u${count}`), UNCONFIRMED);
  assert.equal(open, 4);
  assert.deepEqual(waits, [300, 300, 300, 300]);
});

test('what the server says about data is an entry’s fault; everything about the server is not', () => {
  const sql = (code: string) => Object.assign(new Error(code), { code, severity: 'ERROR' });
  for (const code of ['22P02', '22021', '23514', '54000']) assert.equal(failureKind(sql(code)), 'entry', code);
  for (const code of ['40P01', '42P01', '42501', 'XX000', '55P03']) assert.equal(failureKind(sql(code)), 'away', code);
  assert.equal(failureKind(new RelayError('db.unavailable')), 'away');
  assert.equal(failureKind(new RelayError('spool.content_missing')), 'entry');
  assert.equal(failureKind(Object.assign(new Error(), { code: 'ENOSPC' })), 'away');
  assert.equal(failureKind(new TypeError('ours')), 'unknown');
  assert.equal(sqlStateOf(Object.assign(new Error(), { code: 'EPIPE' })), null);
});

test('a tenant keeps to a quarter of a journal that is half full; others still get in, and room comes back', () => {
  let used = 0;
  const share = new JournalShare(1000, () => used);
  share.accepted('storm', 400);
  share.assertRoom('storm');
  used = 501;
  assert.throws(() => share.assertRoom('storm'), { code: 'edge.journal_full' });
  share.assertRoom('quiet');
  share.handedOff('storm', 200);
  share.assertRoom('storm');
  share.handedOff('storm', 900);
  share.accepted('storm', 250);
  share.assertRoom('storm');
});
