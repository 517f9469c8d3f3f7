import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OutboxKind, OutboxPlace } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { createLiveHub, type LiveHub } from '../src/live/live-hub.ts';

const A = '0192f0c0-0000-7000-8000-00000000000a';
const B = '0192f0c0-0000-7000-8000-00000000000b';

const hubs: LiveHub[] = [];
afterEach(() => {
  for (const hub of hubs.splice(0)) hub.close();
});

/** A hub over an outbox in memory; closed after its test. */
function setUp(lookEveryMs = 60_000, gatherMs = 5) {
  const rows: { tenantId: string; kind: OutboxKind }[] = [];
  const outbox = { isAway: false, isHeld: false, reads: 0 };
  const check = () => {
    if (outbox.isAway) throw new Error('the database is away');
  };
  const hub = createLiveHub({
    outboxEnd: async () => {
      check();
      return { xid: 1, seq: rows.length };
    },
    readOutbox: async (place: OutboxPlace, limit: number) => {
      check();
      outbox.reads += 1;
      const read = outbox.isHeld ? [] : rows.slice(place.seq, place.seq + limit);
      const at = new Date(0);
      return {
        rows: read.map((row) => ({ ...row, at, subjectId: row.tenantId, facts: {} })),
        place: { xid: 1, seq: place.seq + read.length },
      };
    },
    logger: createLogger({ name: 'test', level: 'silent' }),
    gatherMs,
    lookEveryMs,
  });
  hubs.push(hub);
  const join = async (tenantId: string) => {
    const got: string[] = [];
    const leave = await hub.join(tenantId, {
      send: ({ type }) => void got.push(type),
      end: () => void got.push('end'),
    });
    return { got, leave };
  };
  return { hub, rows, outbox, join };
}

test('a tenant hears of what changed of his since he joined, and of nobody else’s', async () => {
  const { hub, rows, join } = setUp();
  rows.push({ tenantId: A, kind: 'device.changed' });
  const a = await join(A);
  const b = await join(B);
  rows.push({ tenantId: A, kind: 'message.moved' }, { tenantId: A, kind: 'mailbox.changed' });
  hub.wake();
  await sleep(30);
  assert.deepEqual([a.got, b.got], [['messages', 'mailboxes'], []]);
  hub.wake();
  await sleep(30);
  assert.deepEqual(a.got, ['messages', 'mailboxes'], 'told once');
});

test('what comes after quiet is told at once, and what comes right behind it waits to be gathered', async () => {
  const { hub, rows, outbox, join } = setUp(60_000, 60_000);
  const a = await join(A);
  rows.push({ tenantId: A, kind: 'message.moved' });
  hub.wake();
  await sleep(30);
  assert.deepEqual([a.got, outbox.reads], [['messages'], 1]);
  for (let index = 0; index < 100; index++) hub.wake();
  await sleep(30);
  assert.equal(outbox.reads, 1);
});

test('a row that an older open transaction holds back is told when that has ended, without another wake-up', async () => {
  const { hub, rows, outbox, join } = setUp(60_000, 40);
  const a = await join(A);
  outbox.isHeld = true;
  rows.push({ tenantId: A, kind: 'message.moved' });
  hub.wake();
  while (outbox.reads === 0) await sleep(1);
  outbox.isHeld = false;
  for (const end = Date.now() + 30_000; a.got.length === 0 && Date.now() < end; ) await sleep(5);
  assert.deepEqual(a.got, ['messages']);
});

test('a burst of mail is one event', async () => {
  const { hub, rows, join } = setUp();
  const a = await join(A);
  for (let index = 0; index < 3500; index++) {
    rows.push({ tenantId: A, kind: 'message.moved' });
    hub.wake();
  }
  await sleep(50);
  assert.deepEqual(a.got, ['messages']);
});

test('a lost wake-up is made up for by looking', async () => {
  const { rows, join } = setUp(20);
  const a = await join(A);
  rows.push({ tenantId: A, kind: 'message.moved' });
  await sleep(80);
  assert.deepEqual(a.got, ['messages']);
});

test('after a time without the database, and too far behind, everybody looks at everything', async () => {
  const { hub, rows, outbox, join } = setUp();
  const a = await join(A);
  outbox.isAway = true;
  hub.wake();
  await sleep(30);
  outbox.isAway = false;
  hub.wake();
  await sleep(30);
  assert.deepEqual(a.got, ['messages', 'mailboxes', 'devices']);

  for (let index = 0; index < 10_000; index++) rows.push({ tenantId: B, kind: 'message.moved' });
  hub.wake();
  await sleep(30);
  assert.equal(a.got.length, 6);
});

test('whoever joins while another one does, or after a look that failed, takes nothing from those who listen', async () => {
  const { hub, rows, outbox, join } = setUp();
  const joining = join(A);
  rows.push({ tenantId: A, kind: 'message.moved' });
  const [a] = await Promise.all([joining, join(B)]);
  hub.wake();
  await sleep(30);
  assert.deepEqual(a.got, ['messages']);

  outbox.isAway = true;
  rows.push({ tenantId: A, kind: 'device.changed' });
  hub.wake();
  await sleep(30);
  outbox.isAway = false;
  await join(B);
  hub.wake();
  await sleep(30);
  assert.deepEqual(a.got, ['messages', 'messages', 'mailboxes', 'devices']);
});

test('nobody reads the outbox while nobody listens, and closing ends every stream', async () => {
  const { hub, outbox, join } = setUp(5);
  const a = await join(A);
  a.leave();
  await sleep(40);
  const { reads } = outbox;
  hub.wake();
  await sleep(40);
  assert.equal(outbox.reads, reads);
  const b = await join(B);
  hub.close();
  assert.deepEqual(b.got, ['end']);
});
