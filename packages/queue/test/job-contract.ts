import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { createLogger } from '@hikyaku/telemetry';
import { until } from '@hikyaku/testing';
import { JOB_CATALOGUE, type JobQueue, openJobQueue, openJobWorker, openTurnQueue } from '../src/index.ts';
import type { OwnStore } from './own-store.ts';

const logger = createLogger({ name: 'queue-test', level: 'silent' });
const TENANTS = ['01a220f3-76c0-773e-92af-7c37c13f979e', '01a220f3-76c0-773e-92af-7c37c13f979f'] as const;

/** What both backends promise of jobs that are no turns. */
export function jobContract(name: string, openStore: () => Promise<OwnStore>): void {
  suite(`jobs on ${name}`, () => {
    let store: OwnStore;
    let queue: JobQueue<'erase'>;
    const closing: (() => Promise<unknown>)[] = [];

    const startWorker = async (process: (payload: { tenantId: string }) => Promise<void>, timeoutMs?: number) => {
      const worker = await openJobWorker({
        ...store.choice,
        logger,
        name: 'erase',
        process,
        backOffMs: [20, 50],
        ...(timeoutMs ? { timeoutMs } : {}),
      });
      closing.push(() => worker.close());
    };
    const add = (tenantId: string) => queue.add({ tenantId }, { id: tenantId });
    const isEmpty = async (): Promise<boolean> => {
      const { waiting, active, delayed } = await queue.counts();
      return waiting + active + delayed === 0;
    };

    before(async () => {
      store = await openStore();
      await store.start();
      queue = openJobQueue('erase', { ...store.choice, logger });
    });
    after(async () => {
      await queue.close();
      await store.close();
    });
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
      await store.flush();
    });

    test('a job of one id runs once however often it is asked for, with what was given, and may be asked for again after it', async () => {
      const ran: string[] = [];
      for (const tenantId of [TENANTS[0], TENANTS[0], TENANTS[1], TENANTS[0]]) await add(tenantId);
      await startWorker(async ({ tenantId }) => void ran.push(tenantId));
      await until('both have run', async () => ran.length >= 2 && (await isEmpty()));
      assert.deepEqual([...ran].sort(), [...TENANTS]);
      await add(TENANTS[0]);
      await until('it has run again', () => ran.length === 3);
    });

    test('asking for a job while it runs leads to no second run beside it', async () => {
      let running = 0;
      let most = 0;
      let letGo = (): void => {};
      const wait = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      await startWorker(async () => {
        running += 1;
        most = Math.max(most, running);
        await wait;
        running -= 1;
      });
      await add(TENANTS[0]);
      await until('it runs', () => running === 1);
      await add(TENANTS[0]);
      assert.deepEqual(await queue.counts(), { waiting: 0, active: 1, delayed: 0 });
      letGo();
      await until('nothing is left', isEmpty);
      assert.equal(most, 1);
    });

    test('a run that throws is repeated as often as the catalogue says, then the job is forgotten and can be asked for anew', async () => {
      let runs = 0;
      await startWorker(async () => {
        runs += 1;
        throw new Error('the database is away');
      });
      await add(TENANTS[0]);
      await until('it was given up', async () => runs >= JOB_CATALOGUE.erase.attempts && (await isEmpty()));
      assert.equal(runs, JOB_CATALOGUE.erase.attempts);
      await add(TENANTS[0]);
      await until('it runs anew', () => runs > JOB_CATALOGUE.erase.attempts);
    });

    test('a run that takes too long is given up and repeated', async () => {
      let runs = 0;
      await startWorker(async () => {
        runs += 1;
        if (runs === 1) await new Promise(() => {});
      }, 100);
      await add(TENANTS[0]);
      await until('the second run has ended', async () => runs === 2 && (await isEmpty()));
    });

    test('what the catalogue’s schema does not know is no job', async () => {
      await assert.rejects(queue.add({ tenantId: 'not a tenant' }, { id: 'x' }), { name: 'ZodError' });
      assert.ok(await isEmpty());
    });

    test('a kind has a queue of its own: turns do not wait behind it', async () => {
      const turns = await openTurnQueue({ ...store.choice, logger });
      closing.push(() => turns.close());
      await add(TENANTS[0]);
      await turns.wake(['google:1']);
      assert.deepEqual(await turns.counts(), { waiting: 1, active: 0, delayed: 0 });
      assert.deepEqual(await queue.counts(), { waiting: 1, active: 0, delayed: 0 });
    });
  });
}
