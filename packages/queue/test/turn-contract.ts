import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { after, afterEach, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@hikyaku/telemetry';
import { until } from '@hikyaku/testing';
import { openTurnQueue, openTurnWorker, type TurnAnswer, type TurnQueue } from '../src/index.ts';
import type { OwnStore } from './own-store.ts';

/** Seconds of work for two cores that run everything at once; a wait that only a limit ends takes 30 s. */
const BACK_WITHIN_MS = 15_000;
const logger = createLogger({ name: 'queue-test', level: 'silent' });

/** What both backends promise. */
export function turnContract(name: string, openStore: () => Promise<OwnStore>): void {
  suite(`turns on ${name}`, () => {
    let store: OwnStore;
    let queue: TurnQueue;
    const closing: (() => Promise<unknown>)[] = [];

    const startWorker = async (
      process: (accountKey: string) => Promise<TurnAnswer>,
      options: { concurrency?: number; lockMs?: number; stalledCheckMs?: number } = {},
    ) => {
      const worker = await openTurnWorker({ ...store.choice, logger, process, concurrency: 4, ...options });
      closing.push(() => worker.close());
      return worker;
    };
    const isEmpty = async (): Promise<boolean> => {
      const { waiting, active, delayed } = await queue.counts();
      return waiting + active + delayed === 0;
    };

    before(async () => {
      store = await openStore();
      await store.start();
      queue = await openTurnQueue({ ...store.choice, logger });
    });
    after(async () => {
      await queue.close();
      await store.close();
    });
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
      await store.flush();
    });

    test('at most one turn waits per account, however often it is woken', async () => {
      await queue.wake(['microsoft:t:1', 'microsoft:t:1', 'google:2']);
      await Promise.all(Array.from({ length: 20 }, () => queue.wake(['microsoft:t:1', 'google:2'])));
      assert.deepEqual(await queue.counts(), { waiting: 2, active: 0, delayed: 0 });
      const ran: string[] = [];
      await startWorker(async (accountKey) => {
        ran.push(accountKey);
        return null;
      });
      await until('both have run', async () => ran.length >= 2 && (await isEmpty()));
      assert.deepEqual(ran.sort(), ['google:2', 'microsoft:t:1']);
    });

    test('a wake during a turn leads to one more turn, and never to two at once', async () => {
      let running = 0;
      let most = 0;
      let runs = 0;
      await startWorker(async () => {
        runs += 1;
        running += 1;
        most = Math.max(most, running);
        if (runs === 1) await Promise.all([queue.wake(['a:1']), queue.wake(['a:1']), queue.wake(['a:1'])]);
        await sleep(50);
        running -= 1;
        return null;
      });
      await queue.wake(['a:1']);
      await until('the queue is empty', async () => runs > 0 && running === 0 && (await isEmpty()));
      assert.deepEqual({ runs, most }, { runs: 2, most: 1 });
    });

    test('a turn that asks for another gets it after its wait, and a wake meanwhile brings it forward', async () => {
      const at: number[] = [];
      await startWorker(async () => {
        at.push(Date.now());
        if (at.length === 1) return { againInMs: 300 };
        return at.length === 2 ? { againInMs: 60_000 } : null;
      });
      await queue.wake(['a:1']);
      await until('the second turn', () => at.length === 2);
      assert.ok(at[1]! - at[0]! >= 299, `came after ${at[1]! - at[0]!} ms`);
      await until('the third waits', async () => (await queue.counts()).delayed === 1);
      await queue.wake(['a:1']);
      await until('the third turn', () => at.length === 3, 1_000);
    });

    test('a wake during a turn wins over the later time that the turn asks for', async () => {
      let runs = 0;
      await startWorker(async () => {
        runs += 1;
        if (runs > 1) return null;
        await queue.wake(['a:1']);
        return { againInMs: 60_000 };
      });
      await queue.wake(['a:1']);
      await until('the second turn', () => runs === 2);
    });

    test('of two delayed wakes the earlier counts', async () => {
      let ranAt = 0;
      await startWorker(async () => {
        ranAt = Date.now();
        return null;
      });
      const woken = Date.now();
      await queue.wake(['a:1'], 60_000);
      await queue.wake(['a:1'], 200);
      await queue.wake(['a:1'], 30_000);
      await until('the turn', () => ranAt > 0);
      assert.ok(ranAt - woken >= 199);
      await until('nothing is left', isEmpty);
    });

    test('a turn that throws is asked for again, and stops nobody else', async () => {
      const ran: string[] = [];
      await startWorker(
        async (accountKey) => {
          ran.push(accountKey);
          if (accountKey === 'bad:1' && ran.filter((key) => key === 'bad:1').length === 1) throw new Error('broken');
          return null;
        },
        { concurrency: 1 },
      );
      await queue.wake(['bad:1', 'good:1', 'good:2']);
      await until('the others', () => ran.includes('good:1') && ran.includes('good:2'));
      await until('the bad one again', () => ran.filter((key) => key === 'bad:1').length === 2);
    });

    test('the turn of a worker that was killed comes back', async () => {
      const child = fork(new URL('./hung-worker.ts', import.meta.url), [JSON.stringify(store.choice)], {
        execArgv: ['--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      await queue.wake(['a:1']);
      assert.equal((await once(child, 'message'))[0], 'a:1');
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      let ran = '';
      await startWorker(
        async (accountKey) => {
          ran = accountKey;
          return null;
        },
        { lockMs: 600, stalledCheckMs: 300 },
      );
      await until('the turn came back', () => ran === 'a:1');
      await until('nothing is left', isEmpty);
    });

    test('after its whole store was emptied a wake works as before', async () => {
      const ran: string[] = [];
      let hold = true;
      await startWorker(async (accountKey) => {
        ran.push(accountKey);
        while (hold) await sleep(5);
        return null;
      });
      await queue.wake(['a:1']);
      await until('the turn runs', () => ran.length === 1);
      await queue.wake(['b:1'], 60_000);
      await store.flush();
      hold = false;
      await queue.wake(['a:1', 'b:1']);
      await until('both ran', () => ran.length === 3);
      await until('nothing is left', isEmpty);
      assert.deepEqual(ran.slice(1).sort(), ['a:1', 'b:1']);
    });

    test('a turn that the store forgot in part is brought back by rewake', async () => {
      await queue.wake(['a:1']);
      await store.loseWaiting();
      await queue.wake(['a:1']);
      const ran: string[] = [];
      await startWorker(async (accountKey) => {
        ran.push(accountKey);
        return null;
      });
      await sleep(200);
      assert.deepEqual(ran, [], 'the store believes that a turn waits');
      await queue.rewake(['a:1']);
      await until('the turn', () => ran.length === 1);
      await until('nothing runs', async () => (await queue.counts()).active === 0);
    });

    test('rewaking an account whose turn waits or runs piles nothing up', async () => {
      for (let count = 0; count < 5; count++) await queue.rewake(['a:1']);
      assert.deepEqual(await queue.counts(), { waiting: 1, active: 0, delayed: 0 });
      let runs = 0;
      await startWorker(async () => {
        runs += 1;
        if (runs === 1) for (let count = 0; count < 5; count++) await queue.rewake(['a:1']);
        return null;
      });
      await until('the queue is empty', async () => runs > 0 && (await isEmpty()));
      assert.equal(runs, 2);
    });

    test('after the store was killed and started again, turns run within 2 s, old wakes and new', async () => {
      const ran: string[] = [];
      await startWorker(async (accountKey) => {
        ran.push(accountKey);
        return null;
      });
      await queue.wake(['before:1']);
      await until('a first turn', async () => ran.length === 1 && (await isEmpty()));
      await queue.wake(['kept:1'], 1_500);
      await store.kill();
      const refusal = await queue.wake(['during:1']).catch((error: { code: string }) => error.code);
      assert.equal(refusal, 'queue.unavailable');
      await sleep(1_000);
      await store.start();
      const backAt = Date.now();
      await until('a wake is taken', () =>
        queue.wake(['after:1']).then(
          () => true,
          () => false,
        ),
      );
      await until('old and new turns', () => ran.includes('after:1') && ran.includes('kept:1'));
      assert.ok(Date.now() - backAt < BACK_WITHIN_MS, `took ${Date.now() - backAt} ms`);
    });

    test('a worker whose turn ended while the store was away works again by itself', async () => {
      const ran: string[] = [];
      let end = (): void => {};
      await startWorker(
        async (accountKey) => {
          ran.push(accountKey);
          if (ran.length === 1) await new Promise<void>((resolve) => (end = resolve));
          return null;
        },
        { concurrency: 1 },
      );
      await queue.wake(['a:1']);
      await until('a turn runs', () => ran.length === 1);
      await store.kill();
      end();
      await sleep(500);
      await store.start();
      const backAt = Date.now();
      await until('a wake is taken', () =>
        queue.wake(['b:1']).then(
          () => true,
          () => false,
        ),
      );
      await until('the next turn', () => ran.includes('b:1'));
      assert.ok(Date.now() - backAt < BACK_WITHIN_MS, `took ${Date.now() - backAt} ms`);
    });

    test('queue and worker close while the store is away', async () => {
      const lateQueue = await openTurnQueue({ ...store.choice, logger });
      await lateQueue.ping();
      let runs = 0;
      const worker = await openTurnWorker({
        ...store.choice,
        logger,
        concurrency: 2,
        process: async () => {
          runs += 1;
          return null;
        },
      });
      await lateQueue.wake(['a:1']);
      await until('a turn has run', async () => runs === 1 && (await isEmpty()));
      await store.kill();
      await sleep(300);
      const began = Date.now();
      await Promise.all([worker.close(), lateQueue.close()]);
      assert.ok(Date.now() - began < BACK_WITHIN_MS, `took ${Date.now() - began} ms`);
      await store.start();
    });

    test('queue and worker start while the store is away, and work when it comes', async () => {
      await store.kill();
      const lateQueue = await openTurnQueue({ ...store.choice, logger });
      closing.push(() => lateQueue.close());
      const ran: string[] = [];
      await startWorker(async (accountKey) => {
        ran.push(accountKey);
        return null;
      });
      await assert.rejects(lateQueue.wake(['a:1']), { code: 'queue.unavailable' });
      await assert.rejects(lateQueue.ping(), { code: 'queue.unavailable' });
      await store.start();
      await until(
        'a wake is taken',
        () =>
          lateQueue.wake(['a:1']).then(
            () => true,
            () => false,
          ),
        2_000,
      );
      await until('the turn', () => ran.length === 1);
      await lateQueue.ping();
    });
  });
}
