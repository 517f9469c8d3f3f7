import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { Clock } from '@hikyaku/core';
import { MissQuestion } from '../src/snapshot/miss-question.ts';

const UNCONFIRMED = { code: 'edge.auth_unconfirmed' };
let now: number;
/** What sleeps, in order of its end. */
let sleeping: { until: number; wake: () => void; ms: number }[];
/** The user names of each query, and how it is answered. */
let queries: { names: string[]; answer: (there?: string[]) => void; fail: () => void }[];
let question: MissQuestion;

const clock: Clock = {
  now: () => now,
  sleep: (ms) => new Promise((wake) => sleeping.push({ until: now + ms, wake, ms })),
};
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function pass(ms: number): Promise<void> {
  now += ms;
  const over = sleeping.filter(({ until }) => until <= now);
  sleeping = sleeping.filter(({ until }) => until > now);
  for (const { wake } of over) wake();
  await settle();
}

beforeEach(() => {
  now = 2 * 86_400_000;
  sleeping = [];
  queries = [];
  question = new MissQuestion(
    clock,
    (names) =>
      new Promise((resolve, reject) => {
        queries.push({ names, answer: (there = []) => resolve(new Set(there)), fail: () => reject(new Error('away')) });
      }),
  );
});

/** Asked and answered, with Postgres having `there`. */
async function asked(name: string, there: string[] = []): Promise<boolean> {
  const before = queries.length;
  const isThere = question.ask(name);
  isThere.catch(() => {});
  if (queries.length === before) await pass(50);
  queries.at(-1)?.answer(there);
  return isThere;
}

test('a user name is asked for once in five seconds, however often it is tried', async () => {
  assert.equal(await asked('a', ['a']), true);
  assert.equal(await question.ask('a'), false, 'the snapshot has had it since, and what is tried does not fit it');
  assert.equal(queries.length, 1);
  now += 5000;
  assert.equal(await asked('a'), false);
  assert.equal(queries.length, 2);
});

test('two hundred new devices that come at once are two queries, with a stranger’s fifteen hundred names before them four more', async () => {
  const fleet = Array.from({ length: 200 }, (_, index) => `fleet${index}`);
  const logins = (names: string[]) => Promise.all(names.map((name) => question.ask(name)));
  const first = logins(fleet);
  queries[0]!.answer(fleet);
  await pass(50);
  queries[1]!.answer(fleet);
  assert.deepEqual(new Set(await first), new Set([true]));
  assert.equal(queries.length, 2);
  const flood = logins(Array.from({ length: 1500 }, (_, index) => `flood${index}`));
  const beside = Array.from({ length: 200 }, (_, index) => `beside${index}`);
  const second = logins(beside);
  for (let count = 0; count < 4; count++) {
    await pass(50);
    queries.at(-1)!.answer(beside);
    await settle();
  }
  assert.deepEqual(new Set(await second), new Set([true]), 'within 200 ms');
  assert.deepEqual(new Set(await flood), new Set([false]));
  assert.equal(queries.length, 6);
  assert.equal(Math.max(...queries.map(({ names }) => names.length)), 500);
});

test('connections of a new device that come at once wait for one answer', async () => {
  const logins = Array.from({ length: 6 }, () => question.ask('kamera22'));
  queries[0]!.answer(['kamera22']);
  assert.deepEqual(await Promise.all(logins), Array(6).fill(true));
  assert.equal(queries.length, 1);
});

test('after a failure Postgres is left alone for two seconds, and what it did not answer is asked again', async () => {
  const failed = [question.ask('b'), question.ask('waits')];
  queries[0]!.fail();
  for (const login of failed) await assert.rejects(login, UNCONFIRMED);
  await pass(50);
  await assert.rejects(question.ask('c'), UNCONFIRMED);
  assert.equal(queries.length, 1);
  now += 2000;
  assert.equal(await asked('c'), false);
  assert.equal(await asked('b', ['b']), true);
  assert.equal(await asked('waits', ['waits']), true);
});

test('a Postgres that does not answer costs a login 300 ms, and is asked by two queries; later logins do not wait', async () => {
  const logins = [question.ask('a')];
  await pass(50);
  logins.push(question.ask('b'), question.ask('c'));
  await pass(50);
  assert.equal(queries.length, 2);
  const ended = Promise.allSettled(logins);
  await pass(300);
  for (const { status } of await ended) assert.equal(status, 'rejected');
  const before = sleeping.length;
  await assert.rejects(question.ask('d'), UNCONFIRMED);
  assert.equal(sleeping.length, before);
  assert.equal(queries.length, 2);
  queries[0]!.answer();
  queries[1]!.answer();
  await settle();
  await pass(50);
  assert.equal(await asked('d', ['d']), true);
});

test('of more than two thousand names that wait the newest are refused for now', async () => {
  const logins = Array.from({ length: 2001 }, (_, index) => question.ask(`u${index}`));
  for (const login of logins) login.catch(() => {});
  await assert.rejects(question.ask('one more'), UNCONFIRMED);
});

test('a clock that is set back by a day stops no question: not by the one asked a moment ago, by the last query, nor by a failure', async () => {
  assert.equal(await asked('a', ['a']), true);
  now -= 86_400_000;
  assert.equal(await asked('a', ['a']), true);
  const failed = question.ask('b');
  await pass(50);
  queries.at(-1)!.fail();
  await assert.rejects(failed, UNCONFIRMED);
  now -= 86_400_000;
  assert.equal(await asked('b', ['b']), true);
});
