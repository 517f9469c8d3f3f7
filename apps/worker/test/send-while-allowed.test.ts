import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedMessage } from '@hikyaku/db';
import { type SendingTools, sendWhileAllowed } from '../src/turn/send-while-allowed.ts';

/** An account of which mail comes by `arrive`; a send takes `sendMs`. What was claimed and how is kept. */
function account(options: { sendMs: number; inFlightMax?: number; sliceMs?: number; mayStay?: () => boolean }) {
  const { sendMs, inFlightMax = 4, sliceMs = 2_000, mayStay = () => true } = options;
  let due = 0;
  let hasNews = false;
  let tell = (): void => {};
  let underWay = 0;
  const claims: { at: number; limit: number; got: number }[] = [];
  const sends: { at: number; claimedAt: number; underWay: number }[] = [];
  const now = (): number => performance.now();
  const tools: SendingTools = {
    async claim(limit) {
      await sleep(1);
      const got = Math.min(limit, due);
      due -= got;
      const at = now();
      claims.push({ at, limit, got });
      const messages = Array.from({ length: got }, () => ({ deviceId: 'd', acceptedAt: new Date(at) }));
      return { messages: messages as ClaimedMessage[], isPlain: true };
    },
    async send() {
      underWay += 1;
      sends.push({ at: now(), claimedAt: claims.at(-1)!.at, underWay });
      await sleep(sendMs);
      underWay -= 1;
    },
    heard: {
      take() {
        const had = hasNews;
        hasNews = false;
        return had;
      },
      next: () =>
        hasNews
          ? Promise.resolve()
          : new Promise((resolve) => {
              tell = resolve;
            }),
      end() {},
    },
    inFlightMax,
    mayClaim: () => true,
    mayStay,
    sliceEnd: now() + sliceMs,
    now,
    onClaimed() {},
    onClaimFailed() {},
  };
  const arrive = (mails: number): void => {
    due += mails;
    hasNews = true;
    tell();
  };
  return { tools, arrive, claims, sends, left: () => due };
}

/** Mails one by one, `everyMs` apart. */
async function stream(arrive: (mails: number) => void, mails: number, everyMs: number): Promise<void> {
  for (let sent = 0; sent < mails; sent++) {
    arrive(1);
    await sleep(everyMs);
  }
}

/** The least of a few runs: others use the machine as well. */
async function least(run: () => Promise<number>): Promise<number> {
  const times = [await run(), await run(), await run(), await run()];
  return Math.min(...times);
}

test('a mail alone is sent at once, and its turn does not wait for another', async () => {
  const ms = await least(async () => {
    const one = account({ sendMs: 5 });
    one.arrive(1);
    const startedAt = performance.now();
    assert.deepEqual(await sendWhileAllowed(one.tools), { sent: 1, isUnsure: false });
    assert.equal(one.claims.length, 1);
    return performance.now() - startedAt;
  });
  assert.ok(ms < 60, `${ms} ms`);
});

test('mail that streams in is claimed in larger bites by one turn, and all of it leaves soon', async () => {
  const one = account({ sendMs: 15, sliceMs: 10_000 });
  one.arrive(1);
  const running = sendWhileAllowed(one.tools);
  await stream(one.arrive, 60, 10);
  const { sent } = await running;
  assert.equal(sent, 61);
  assert.equal(one.left(), 0);
  const found = one.claims.filter(({ got }) => got > 0).length;
  // As many mails as come in 80 ms go with one claim: some eight, and fewer claims where the machine is slow.
  assert.ok(found <= 25, `${found} claims for 61 mails`);
  assert.ok(Math.max(...one.sends.map(({ underWay }) => underWay)) <= 4, 'never more at once than the account allows');
});

test('however fast a stream’s mails leave, eight are claimed ahead at most: what a worker that dies leaves to the end of its lease', async () => {
  const fast = account({ sendMs: 1 });
  fast.arrive(1);
  const running = sendWhileAllowed(fast.tools);
  await stream(fast.arrive, 40, 5);
  await running;
  assert.equal(fast.left(), 0);
  const most = Math.max(...fast.claims.map(({ limit }) => limit));
  assert.ok(most > 4, 'nothing was claimed ahead');
  assert.ok(most <= 12, `${most} for 4 places`);
});

test('nothing is claimed ahead that could not leave by the next claim', async () => {
  const slow = account({ sendMs: 400 });
  slow.arrive(30);
  const running = sendWhileAllowed({ ...slow.tools, sliceEnd: performance.now() + 1_000 });
  await running;
  assert.ok(slow.claims.length > 1);
  for (const { limit } of slow.claims) assert.ok(limit <= 4, `${limit} for 4 places of 400 ms`);
});

test('a stream’s turn waits for the next mail, but keeps no place that others want', async () => {
  const stay = async (mayStay: boolean): Promise<number> => {
    const one = account({ sendMs: 20, mayStay: () => mayStay });
    one.arrive(1);
    const running = sendWhileAllowed(one.tools);
    await sleep(5);
    one.arrive(1);
    const { sent } = await running;
    assert.equal(sent, 2);
    return performance.now() - one.sends.at(-1)!.at - 20;
  };
  assert.ok((await least(() => stay(false))) < 50);
  assert.ok((await least(() => stay(true))) >= 95, 'it waited');
});

test('a stream that has run dry ends its turn', async () => {
  const one = account({ sendMs: 30, sliceMs: 10_000 });
  one.arrive(1);
  const startedAt = performance.now();
  const running = sendWhileAllowed(one.tools);
  await stream(one.arrive, 10, 10);
  await running;
  assert.ok(performance.now() - startedAt < 5_000, 'not at the end of its slice');
  assert.equal(one.left(), 0);
});
