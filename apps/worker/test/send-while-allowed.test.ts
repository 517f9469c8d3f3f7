import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import type { ClaimedMessage } from '@hikyaku/db';
import { type SendingTools, sendWhileAllowed } from '../src/turn/send-while-allowed.ts';

// The account's clock is the test's own: what is claimed when is the same on every machine.
beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 }));
afterEach(() => mock.timers.reset());

const now = (): number => Date.now();
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Lets the clock go on, a millisecond at a time, until `work` is done. */
async function played<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const ended = work.finally(() => {
    isDone = true;
  });
  ended.catch(() => {});
  while (!isDone) {
    // What the last millisecond set off comes to its end first.
    await new Promise(setImmediate);
    if (!isDone) mock.timers.tick(1);
    assert.ok(now() < 60_000, 'it does not end');
  }
  return ended;
}

/** An account of which mail comes by `arrive`; a send takes `sendMs`. What was claimed and how is kept. */
function account(options: { sendMs: number; inFlightMax?: number; sliceMs?: number; mayStay?: () => boolean }) {
  const { sendMs, inFlightMax = 4, sliceMs = 2_000, mayStay = () => true } = options;
  let due = 0;
  let hasNews = false;
  let tell = (): void => {};
  let underWay = 0;
  const claims: { at: number; limit: number; got: number }[] = [];
  const sends: { at: number; claimedAt: number; underWay: number }[] = [];
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

test('a mail alone is sent at once, and its turn does not wait for another', async () => {
  const one = account({ sendMs: 5 });
  one.arrive(1);
  assert.deepEqual(await played(sendWhileAllowed(one.tools)), { sent: 1, isUnsure: false });
  assert.equal(one.claims.length, 1);
  assert.equal(now(), 6, 'a claim of 1 ms and a send of 5');
});

test('mail that streams in is claimed in larger bites by one turn, and all of it leaves soon', async () => {
  const one = account({ sendMs: 15, sliceMs: 10_000 });
  one.arrive(1);
  const running = sendWhileAllowed(one.tools);
  const [{ sent }] = await played(Promise.all([running, stream(one.arrive, 60, 10)]));
  assert.equal(sent, 61);
  assert.equal(one.left(), 0);
  const found = one.claims.filter(({ got }) => got > 0).length;
  // As many mails as come in 80 ms go with one claim: some eight.
  assert.ok(found <= 12, `${found} claims for 61 mails`);
  assert.ok(Math.max(...one.sends.map(({ underWay }) => underWay)) <= 4, 'never more at once than the account allows');
});

test('however fast a stream’s mails leave, eight are claimed ahead at most: what a worker that dies leaves to the end of its lease', async () => {
  const fast = account({ sendMs: 1 });
  fast.arrive(8);
  const running = sendWhileAllowed(fast.tools);
  await played(Promise.all([running, stream(fast.arrive, 40, 5)]));
  assert.equal(fast.left(), 0);
  const most = Math.max(...fast.claims.map(({ limit }) => limit));
  assert.equal(most, 12, 'four places, and eight ahead');
});

test('nothing is claimed ahead that could not leave by the next claim', async () => {
  const slow = account({ sendMs: 400 });
  slow.arrive(30);
  await played(sendWhileAllowed({ ...slow.tools, sliceEnd: now() + 1_000 }));
  assert.ok(slow.claims.length > 1);
  for (const { limit } of slow.claims) assert.ok(limit <= 4, `${limit} for 4 places of 400 ms`);
});

test('a stream’s turn waits for the next mail, but keeps no place that others want', async () => {
  const stay = async (mayStay: boolean): Promise<number> => {
    const one = account({ sendMs: 20, mayStay: () => mayStay });
    one.arrive(1);
    const later = sleep(5).then(() => one.arrive(1));
    const [{ sent }] = await played(Promise.all([sendWhileAllowed(one.tools), later]));
    assert.equal(sent, 2);
    return now() - one.sends.at(-1)!.at - 20;
  };
  assert.equal(await stay(false), 0);
  assert.ok((await stay(true)) >= 95, 'it waited');
});

test('a stream that has run dry ends its turn', async () => {
  const one = account({ sendMs: 30, sliceMs: 10_000 });
  one.arrive(1);
  await played(Promise.all([sendWhileAllowed(one.tools), stream(one.arrive, 10, 10)]));
  assert.ok(now() < 500, 'not at the end of its slice');
  assert.equal(one.left(), 0);
});
