import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import { type MailContent, type PrepareInput, prepareMail } from '@hikyaku/mail';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import { createWorkerMetrics } from '../src/metrics.ts';
import { PREPARATION_BUDGET } from '../src/preparation/budget.ts';
import { createMemoryRoom } from '../src/preparation/memory-room.ts';
import { createPreparation } from '../src/preparation/preparation.ts';
import { createTenantQueue } from '../src/preparation/tenant-queue.ts';
import { createTenantTime, TIME_BUDGET } from '../src/preparation/tenant-time.ts';

const measures = createMetrics('worker');
const metrics = createWorkerMetrics(measures);
const logger = createLogger({ name: 'test', level: 'silent' });
const poisoned = createPreparation({
  metrics,
  logger,
  obeysFaults: true,
  budget: { ...PREPARATION_BUDGET, cpuMs: 600, heapMb: 32, buffersMb: 48 },
});
const preparation = createPreparation({ metrics, logger });
after(() => Promise.all([poisoned.close(), preparation.close()]));

const never = new AbortController().signal;
const input = (text: string, chunkBytes = 65_536): PrepareInput => {
  const bytes = Buffer.from(text, 'latin1');
  return {
    async *source() {
      for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
    },
    plainBytes: bytes.length,
    from: { address: 'me@outlook.com', name: 'Camera' },
    recipients: ['owner@example.com'],
    messageIdHeader: '<a@mail.local>',
    acceptedAt: new Date('2026-11-28T00:00:00Z'),
    queueId: 'Q1',
    receivedBy: 'relay.example',
    deviceName: 'Camera',
  };
};
const bytesOf = async (content: MailContent): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content.open()) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  assert.equal(all.length, content.sizeBytes);
  return all.toString('latin1');
};
/** A raw byte in the subject: not harmless by sight. */
const odd = (fault: string): string => `Subject: \xe9\r\nX-Fault: ${fault}\r\n\r\ntext\r\n`.replace('X-F', 'x-f');
const owner = (tenantId: string) => ({ tenantId, messageId: 'm1' });

test('what breaks its reader, never ends, or takes all memory is refused alone and at the first time; mail beside it goes', async () => {
  for (const [fault, reason] of Object.entries({
    crash: 'crash',
    exit: 'crash',
    loop: 'time',
    heap: 'memory',
    buffers: 'memory',
  })) {
    const bad = poisoned.prepare(owner(fault), input(odd(fault)), never);
    const good = poisoned.prepare(owner('b'), input(odd('').replace('x-fault', 'x-good')), never).then(bytesOf);
    await assert.rejects(bad, (error) => error instanceof RelayError && error.code === 'mail.unpreparable', fault);
    assert.match(await good, /^Subject: =\?UTF-8\?B\?w6k=\?=\r$/m);
    const page = await measures.registry.metrics();
    assert.match(page, new RegExp(`hikyaku_unpreparable_total\\{[^}]*reason="${reason}"`), fault);
  }
  assert.match(
    await poisoned.prepare(owner('a'), input(odd('').replace('x-fault', 'x-good')), never).then(bytesOf),
    /text/,
  );
});

test('a tenant whose mails never end their reading leaves a thread for others', async () => {
  const bad = Array.from({ length: 3 }, () => poisoned.prepare(owner('a'), input(odd('loop')), never));
  let refused = 0;
  const settled = Promise.allSettled(bad.map((one) => one.catch(() => (refused += 1))));
  await poisoned.prepare(owner('b'), input(odd('').replace('x-fault', 'x-good')), never);
  assert.ok(refused < 2, `the good mail waited for ${refused} bad ones`);
  await settled;
});

test('a deadline ends the wait, and is no fault of the mail', async () => {
  const deadline = AbortSignal.timeout(150);
  const bad = [0, 1, 2].map(() => poisoned.prepare(owner('a'), input(odd('loop')), deadline));
  const names = (await Promise.allSettled(bad)).map((one) => one.status === 'rejected' && one.reason.name);
  assert.deepEqual(names, ['TimeoutError', 'TimeoutError', 'TimeoutError']);
});

test('a thread gives the same mail as the loop, for small and large ones', async () => {
  const mails = [
    odd('none'),
    odd('none').replaceAll('\r\n', '\n'),
    `Subject: plain\r\n\r\n${'0123456789abcdef\r\n'.repeat(40_000)}`,
    `Subject: \xe9\r\n\r\n${'0123456789abcdef\n'.repeat(40_000)}`,
    `To: x@${':'.repeat(100_000)}\r\nSubject: worst\r\n\r\ntext\r\n`,
    '',
  ];
  for (const mail of mails) {
    for (const chunkBytes of [1_000, 65_536]) {
      const apart = await preparation.prepare(owner('a'), input(mail, chunkBytes), never);
      const here = await prepareMail(input(mail));
      assert.equal(await bytesOf(apart), await bytesOf(here));
      assert.equal(await bytesOf(apart), await bytesOf(here), 'opened again');
      assert.deepEqual(apart.changes, here.changes);
    }
  }
});

test('a large mail is fetched once while there is room for it in memory, and twice when there is none', async () => {
  const room = createMemoryRoom(500_000, 400_000);
  const roomy = createPreparation({ metrics, logger, room });
  const reads = { count: 0 };
  const large = (subject: string, bytes = 300_000): PrepareInput => {
    const mail = input(`Subject: ${subject}\r\n\r\n${'0123456789abcdef\r\n'.repeat(bytes / 18)}`);
    return {
      ...mail,
      source() {
        reads.count += 1;
        return mail.source();
      },
    };
  };
  const readsOf = async (mail: PrepareInput) => {
    reads.count = 0;
    const content = await roomy.prepare(owner('a'), mail, never);
    const text = await bytesOf(content);
    assert.equal(await bytesOf(content), text, 'opened again');
    return { letGo: content.letGo, count: reads.count };
  };
  for (const subject of ['plain', '\xe9']) {
    const first = await readsOf(large(subject));
    const beside = await readsOf(large(subject));
    first.letGo();
    first.letGo();
    const next = await readsOf(large(subject));
    next.letGo();
    const huge = await readsOf(large(subject, 450_000));
    assert.deepEqual([first.count, beside.count, next.count, huge.count], [1, 3, 1, 3], subject);
  }
  const failing: PrepareInput = {
    ...large('x'),
    // biome-ignore lint/correctness/useYield: it fails before there is anything
    async *source() {
      throw new Error('away');
    },
  };
  await assert.rejects(roomy.prepare(owner('a'), failing, never));
  assert.ok(room.take(400_000), 'a mail that cannot be read gives its room back');
  await roomy.close();
});

test('a store that fails, at once or in the middle, is not the mail’s fault', async () => {
  for (const wholeChunks of [0, 40]) {
    const broken: PrepareInput = {
      ...input(odd('none')),
      plainBytes: 3_000_000,
      async *source() {
        for (let n = 0; n < wholeChunks; n++) yield Buffer.from(odd('none').padEnd(65_536));
        throw new TypeError('the disk');
      },
    };
    await assert.rejects(preparation.prepare(owner('a'), broken, never), /the disk/);
  }
  // A mail with repairs is read once more for its size.
  const strict = createPreparation({ metrics, logger, room: createMemoryRoom(0, 0) });
  for (const subject of ['plain', '\xe9']) {
    const mended = input(`Subject: ${subject}\r\n\r\n${'x'.repeat(300_000)}\r\n`);
    let readings = 0;
    const broken: PrepareInput = {
      ...mended,
      async *source() {
        readings += 1;
        if (readings > 1) throw new TypeError('the disk');
        yield* mended.source();
      },
    };
    await assert.rejects(strict.prepare(owner('a'), broken, never), /the disk/);
  }
  await strict.close();
});

const strict = createPreparation({
  metrics,
  logger,
  obeysFaults: true,
  budget: { ...PREPARATION_BUDGET, cpuMs: 250 },
  timeBudget: { burstMs: 600, fadeMs: 2_000, lightMs: 50 },
  // Nothing fades, however long a loaded machine takes.
  now: () => 0,
});
after(() => strict.close());
const endless = (tenantId: string) => strict.prepare(owner(tenantId), input(odd('loop')), never);
const quick = (tenantId: string) =>
  strict.prepare(owner(tenantId), input(odd('').replace('x-fault', 'x-good')), never).then(bytesOf);

test('a tenant that has used its time up is sent away with all that waits of it, for as long as it takes; others’ mail goes on', async () => {
  const bad = await Promise.allSettled(Array.from({ length: 8 }, () => endless('a')));
  const codes = bad.map((one) => one.status === 'rejected' && (one.reason as RelayError).code);
  const waits = bad.flatMap((one) => (one.status === 'rejected' && (one.reason as RelayError).retryAfterMs) || []);
  assert.ok(codes.filter((code) => code === 'mail.unpreparable').length <= 4, `${codes}`);
  assert.ok(waits.length >= 4 && waits.every((ms) => ms > 100 && ms < 5_000), `${waits}`);
  await assert.rejects(quick('a'), (error) => error instanceof RelayError && error.code === 'mail.preparation_busy');
  assert.match(await quick('b'), /text/);
});

test('several tenants with bad mails at once leave a thread to one that has used little', async () => {
  const tenants = ['c', 'd', 'e'];
  // Their first ones make them heavy; until then they are like everybody.
  await Promise.allSettled(tenants.map(endless));
  let ended = 0;
  const settled = Promise.allSettled(tenants.map((tenantId) => endless(tenantId).catch(() => (ended += 1))));
  for (let n = 0; n < 5; n++) await quick('good');
  assert.ok(ended <= 1, `five mails waited for ${ended} bad ones`);
  await settled;
});

test('who has used least is next, equals take turns, and no queue grows without end', () => {
  const queue = createTenantQueue<number>(5, 3);
  assert.deepEqual(
    [1, 2, 3, 4].map((item) => queue.add('a', item)),
    [true, true, true, false],
  );
  assert.deepEqual([queue.add('b', 5), queue.add('b', 6), queue.add('c', 7)], [true, true, false]);
  queue.remove('a', 2);
  const order = Array.from(
    { length: 5 },
    () =>
      queue.next(
        () => true,
        () => 0,
      )?.item,
  );
  assert.deepEqual(order, [1, 5, 3, 6, undefined]);
  queue.add('a', 8);
  assert.equal(
    queue.next(
      (tenantId) => tenantId !== 'a',
      () => 0,
    ),
    undefined,
  );
  assert.equal(queue.size(), 1);
  queue.add('b', 9);
  queue.add('a', 10);
  const used = (tenantId: string): number => (tenantId === 'a' ? 5 : 1);
  assert.equal(queue.next(() => true, used)?.item, 9);
  assert.deepEqual(queue.removeAll('a'), [8, 10]);
  assert.equal(queue.size(), 0);
});

test('a tenant’s time fades at the budget’s pace, and no number of tenants grows what is remembered', () => {
  let now = 0;
  const time = createTenantTime(TIME_BUDGET, () => now);
  time.spend('a', 199);
  assert.deepEqual([time.isLight('a'), time.awayMs('a')], [true, 0]);
  time.spend('a', 1000 * Math.E - 199);
  assert.deepEqual([time.isLight('a'), Math.round(time.awayMs('a')), time.awayMs('b')], [false, 8_000, 0]);
  now = 8_000;
  assert.deepEqual([Math.round(time.usedMs('a')), time.awayMs('a')], [1_000, 0]);
  for (let n = 0; n < 5_000; n++) time.spend(`t${n}`, 1);
  assert.equal(Math.round(time.usedMs('a')), 1_000, 'those who used most are remembered');
  assert.equal(time.usedMs('t1'), 0);
});
