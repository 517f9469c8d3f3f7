import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { after, before, test } from 'node:test';
import { openTurnQueue } from '@hikyaku/queue';
import { programOf } from '@hikyaku/testing';
import { openUpstreams, type Upstreams } from '@hikyaku/upstreams';
import { connectAccount, type Started, start, stop } from './sandbox-account.ts';
import { logger, openScene, type Scene, until, untilState } from './scene.ts';

let scene: Scene;
let sandbox: Started;
let origin: string;
let upstreams: Upstreams;
let env: Record<string, string>;
before(async () => {
  scene = await openScene();
  const dataDir = dirname(scene.spoolDir);
  sandbox = start(programOf('packages/sandbox'), { HIKYAKU_SANDBOX_PORT: '0', HIKYAKU_DATA_DIR: dataDir });
  const { port } = (await sandbox.started)!;
  origin = `http://127.0.0.1:${port}`;
  upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: origin });
  env = {
    DATABASE_URL: scene.db.url,
    HIKYAKU_DATA_DIR: dataDir,
    HIKYAKU_MASTER_KEY: scene.keys.masterKey,
    HIKYAKU_SANDBOX_PORT: String(port),
    HIKYAKU_METRICS_PORT: '0',
    HIKYAKU_SMTP_HOST: 'relay.example',
  };
});
after(async () => {
  await upstreams.close();
  await stop(sandbox);
  await scene.close();
});

test('the worker process delivers to both providers, tells its numbers, and ends at SIGTERM', async () => {
  const worker = start(programOf('apps/worker'), env);
  const queue = await openTurnQueue({ databaseUrl: scene.db.url, logger });
  try {
    const { metricsPort } = (await worker.started)!;
    for (const provider of ['microsoft', 'google'] as const) {
      const address = `${provider}-${randomBytes(4).toString('hex')}@${provider === 'google' ? 'gmail.com' : 'outlook.com'}`;
      const grant = await connectAccount(upstreams.connectors[provider]!, origin, address);
      const place = await scene.makePlace({ provider, address: grant.address, account_key: grant.accountKey });
      await scene.db.owner.query('UPDATE mailboxes SET secret_sealed = $2 WHERE id = $1', [
        place.mailbox.id,
        scene.tokenBox.seal(place.mailbox.id, grant.secret),
      ]);
      const { id } = await scene.makeMail(place, {}, `A picture for ${provider}.`);
      await queue.wake([grant.accountKey]);
      await untilState(scene, id, 'sent');
      const sent = await fetch(`${origin}/mailboxes/${encodeURIComponent(grant.address)}/sent`);
      const { items } = (await sent.json()) as { items: { raw: string }[] };
      assert.equal(items.length, 1);
      const raw = Buffer.from(items[0]!.raw, 'base64').toString();
      assert.match(raw, new RegExp(`A picture for ${provider}\\.`));
      assert.match(raw, /^Received: .*relay\.example/ms);
    }
    const page = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    assert.match(page, /hikyaku_attempts_total\{[^}]*provider="microsoft",outcome="accepted"[^}]*\} 1/);
    assert.match(page, /hikyaku_accepted_to_first_byte_seconds_count\{[^}]*\} 2/);
    assert.equal((await fetch(`http://127.0.0.1:${metricsPort}/readyz`)).status, 200);
  } finally {
    await queue.close();
    worker.child.kill('SIGTERM');
    const [exitCode] = await once(worker.child, 'exit');
    assert.equal(exitCode, 0);
  }
  const text = JSON.stringify(worker.lines);
  assert.ok(!text.includes('A picture'), 'content in the log');
  assert.ok(!/refresh_?token|access_?token/i.test(text), 'a token in the log');
});

test('a missing or wrong master key is one clear line and no start', async () => {
  for (const [key, expected] of [
    ['', /vault\.key_missing/],
    [randomBytes(32).toString('base64'), /vault\.key_wrong/],
  ] as const) {
    const worker = start(programOf('apps/worker'), { ...env, HIKYAKU_MASTER_KEY: key });
    const [exitCode] = await once(worker.child, 'exit');
    assert.equal(exitCode, 1);
    const fatal = worker.lines.filter(({ level }) => level === 'fatal');
    assert.equal(fatal.length, 1);
    assert.match(String(fatal[0]!.msg), expected);
  }
});

test('a worker that is started before its database waits for it', async () => {
  const closed = scene.db.url.replace(/:\d+\//, ':1/');
  const worker = start(programOf('apps/worker'), { ...env, DATABASE_URL: closed });
  await until('it says that it waits', () => worker.lines.some(({ event }) => event === 'start.waits'));
  assert.equal(worker.child.exitCode, null);
  worker.child.kill('SIGTERM');
  assert.equal((await once(worker.child, 'exit'))[0], 0);
});
