import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '@hikyaku/telemetry';
import { createLiveHub } from '../src/live/live-hub.ts';

const A = '0192f0c0-0000-7000-8000-00000000000a';
const B = '0192f0c0-0000-7000-8000-00000000000b';

function setUp() {
  const marks: Record<string, { mailboxes: string; devices: string }> = {
    [A]: { mailboxes: '1', devices: '1' },
    [B]: { mailboxes: '1', devices: '1' },
  };
  const hub = createLiveHub({
    readMarks: async (ids) => ids.map((tenantId) => ({ tenantId, ...marks[tenantId]! })),
    logger: createLogger({ name: 'test', level: 'silent' }),
    gatherMs: 5,
  });
  const join = async (tenantId: string) => {
    const got: string[] = [];
    const leave = await hub.join(tenantId, { send: (type) => void got.push(type), end: () => void got.push('end') });
    return { got, leave };
  };
  return { hub, marks, join };
}

test('a tenant hears of its own messages and of nobody else’s', async () => {
  const { hub, join } = setUp();
  const a = await join(A);
  const b = await join(B);
  hub.notify('hikyaku_messages', JSON.stringify([A]));
  await sleep(20);
  assert.deepEqual([a.got, b.got], [['messages'], []]);
});

test('a change of settings is told to the tenant whose settings changed, though the notification names nobody', async () => {
  const { hub, join, marks } = setUp();
  const a = await join(A);
  const b = await join(B);
  marks[B] = { mailboxes: '2', devices: '1' };
  hub.notify('hikyaku_policy', '');
  await sleep(20);
  assert.deepEqual([a.got, b.got], [[], ['mailboxes']]);
  hub.notify('hikyaku_policy', '');
  await sleep(20);
  assert.deepEqual(b.got, ['mailboxes'], 'told once');
});

test('a burst of mail is one event', async () => {
  const { hub, join } = setUp();
  const a = await join(A);
  for (let index = 0; index < 100; index++) hub.notify('hikyaku_messages', JSON.stringify([A, B]));
  await sleep(20);
  assert.deepEqual(a.got, ['messages']);
});

test('nonsense in a notification changes nothing', async () => {
  const { hub, join } = setUp();
  const a = await join(A);
  for (const payload of ['', '{', '7', '[7]', '["x"]']) hub.notify('hikyaku_messages', payload);
  await sleep(20);
  assert.deepEqual(a.got, []);
});

test('after a lost connection everybody looks again, and closing ends every stream', async () => {
  const { hub, join } = setUp();
  const a = await join(A);
  hub.missed();
  await sleep(20);
  hub.close();
  assert.deepEqual(a.got, ['messages', 'mailboxes', 'devices', 'end']);
});
