import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { failureKind, sqlStateOf } from '../src/handoff/failure-kind.ts';
import { AuthDelay } from '../src/limits/auth-delay.ts';
import { JournalShare } from '../src/limits/journal-share.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';
import { RecentIds } from '../src/smtp/recent-ids.ts';

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
