import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newId, systemClock } from '@hikyaku/core';
import { openUpstreams } from '@hikyaku/upstreams';
import { openSandbox } from '../../../packages/sandbox/src/index.ts';
import { addChannelTo, receiver, tellRound } from './alert-rounds.ts';
import { connectAccount } from './sandbox-account.ts';
import { logger, openScene, type Scene, startWorker, until } from './scene.ts';

const PUBLIC_URL = 'http://localhost:3000';
const ADDRESS = 'alerts@firm.example';
const THREE = ['a@example.com', 'b@example.com', 'c@example.com'];
const HOUR_MS = 3_600_000;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

test('a mailbox that Exchange lets send to nobody more today rests for hours, its mail waits and is tried no further, and its owner is told so in both languages', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'hikyaku-exchange-day-'));
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const sandbox = await openSandbox({ dir, publicUrl: PUBLIC_URL, logger, clock });
  const { origin } = await sandbox.listen(0);
  const upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: origin });
  const { accountKey, secret } = await connectAccount(upstreams.connectors.microsoft!, origin, ADDRESS);
  // A small day: the relay's own count of the real one would hold mails before Exchange refuses any.
  const body = JSON.stringify({ exchangeRecipientsPerDay: 5 });
  await fetch(`${origin}/knobs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const id = newId();
  const place = await scene.makePlace({
    ...{ id, provider: 'microsoft', account_key: accountKey, address: ADDRESS },
    ...{ secret_sealed: scene.tokenBox.seal(id, secret), secret_version: 1 },
  });
  const worker = await startWorker(scene, { transports: { microsoft: upstreams.transports.microsoft! } });
  t.after(async () => {
    await worker.close();
    await upstreams.close();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });
  const states = async (...mails: { id: string }[]) =>
    Promise.all(
      mails.map(async ({ id: mail }) => {
        const { state, state_code, attempts } = await scene.message(mail);
        return [state, state_code, attempts.length];
      }),
    );
  const settled = (mail: { id: string }, state: string) =>
    until(state, async () => (await scene.message(mail.id)).state === state, 30_000);

  const first = await scene.makeMail(place, { recipients: THREE });
  await settled(first, 'sent');
  const second = await scene.makeMail(place, { recipients: THREE });
  await settled(second, 'deferred');
  const [account] = await scene.db.owner.query<{ restMs: number }>(
    'SELECT extract(epoch FROM not_before - now())::float * 1000 AS "restMs" FROM upstream_accounts WHERE account_key = $1',
    [accountKey],
  );
  assert.ok(account!.restMs > HOUR_MS, `the mailbox rests for ${account!.restMs} ms`);
  const third = await scene.makeMail(place, { recipients: ['a@example.com'] });
  const told = receiver();
  for (const language of ['en', 'ja']) await addChannelTo(scene, place.tenantId, language);
  await tellRound(scene, told, place.tenantId);
  assert.deepEqual(await states(second, third), [
    ['deferred', 'upstream.daily_limit', 1],
    ['queued', null, 0],
  ]);
  const titles = told.told.map(({ note }) => note.title).sort();
  assert.equal(titles.length, 2);
  assert.match(titles[0]!, /alerts@firm\.example/);
  assert.match(titles.join('\n'), /[\u3040-\u30ff]/, 'in Japanese too');

  aheadMs = 25 * HOUR_MS;
  await scene.db.owner.query('UPDATE upstream_accounts SET not_before = NULL WHERE account_key = $1', [accountKey]);
  await scene.db.owner.query(`UPDATE messages SET due_at = now() WHERE mailbox_id = $1 AND state = 'deferred'`, [id]);
  await Promise.all([settled(second, 'sent'), settled(third, 'sent')]);
});
