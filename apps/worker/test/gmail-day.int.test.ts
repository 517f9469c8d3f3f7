import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { newId, systemClock } from '@hikyaku/core';
import { makeDevice } from '@hikyaku/testing';
import { openUpstreams, paceOf, type Upstreams } from '@hikyaku/upstreams';
import { openSandbox } from '../../../packages/sandbox/src/index.ts';
import { makeDigests } from '../src/digests/make-digests.ts';
import { arriveAt, arriveAtEach } from './arrive.ts';
import { LIMITS, logger, openKeys, openScene, type Place, type Scene, startWorker, until } from './scene.ts';

const PUBLIC_URL = 'http://localhost:3000';
const ADDRESS = 'home@gmail.com';
const HOUR_MS = 3_600_000;
const CAMERAS = 40;
/** What Gmail lets gmail.com send in 24 hours, and the sandbox with it. */
const PER_DAY = 500;
/** The day goes by two hours at a time. */
const STEP_HOURS = 2;
const STEPS = 12;

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** Signs in as its owner does who has let the relay in before. */
async function signIn({ connectors }: Upstreams): Promise<{ accountKey: string; secret: string }> {
  const redirectUri = `${PUBLIC_URL}/oauth/google/callback`;
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const asked = { state: 's', codeChallenge, redirectUri, loginHint: ADDRESS, wantsShared: false };
  const answer = await fetch(await connectors.google!.authorizationUrl(asked), { redirect: 'manual' });
  const code = new URL(answer.headers.get('location')!).searchParams.get('code')!;
  return connectors.google!.redeem({ code, codeVerifier, redirectUri, wantsShared: false });
}

test('a day-long storm of forty cameras at one gmail.com mailbox stays inside what Gmail takes, is told all day, and leaves the first mail of a quiet camera its way within two seconds', async (t) => {
  const dir = await mkdtemp(join(tmpdir(), 'hikyaku-gmail-day-'));
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const sandbox = await openSandbox({ dir, publicUrl: PUBLIC_URL, logger, clock });
  const { origin } = await sandbox.listen(0);
  const knobs = { consent: 'auto', limits: 'all', keep: { mailsPerBox: 2 * PER_DAY, totalBytes: 100_000_000 } };
  const turned = await fetch(`${origin}/knobs`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(knobs) },
  });
  assert.equal(turned.status, 200);
  const upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: origin });
  const { accountKey, secret } = await signIn(upstreams);
  const id = newId();
  const place = await scene.makePlace({
    ...{ id, provider: 'google', account_key: accountKey, address: ADDRESS },
    ...{ secret_sealed: scene.tokenBox.seal(id, secret), secret_version: 1 },
  });
  const cameras: Place[] = [];
  for (let n = 0; n < CAMERAS + STEPS / 4; n++) {
    const values = { tenant_id: place.tenantId, mailbox_id: id, digest_minutes: 1, last_message_at: null };
    cameras.push({ ...place, device: (await makeDevice(scene.db.owner, scene.keys.digester, values)).device });
  }
  const [stormy, quiet] = [cameras.slice(0, CAMERAS), cameras.slice(CAMERAS)];
  const limits = { ...LIMITS, GMAIL_PER_DAY: PER_DAY };
  const worker = await startWorker(scene, { transports: { google: upstreams.transports.google! }, limits });
  t.after(async () => {
    await worker.close();
    await upstreams.close();
    await sandbox.close();
    await rm(dir, { recursive: true, force: true });
  });

  const { contentOpener, contentSealer } = await openKeys(scene);
  const settle = () =>
    until('nothing is on its way', async () => {
      const [row] = await scene.db.owner.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM messages WHERE mailbox_id = $1 AND digest_at IS NULL AND state::text NOT IN ('sent', 'digested')`,
        [id],
      );
      return row!.count === 0;
    });
  /** A minute later windows have ended; what the worker does each second then is done at once, until there is nothing left. */
  const tell = async () => {
    await settle();
    aheadMs += 60_000;
    await scene.db.owner.query(
      'UPDATE messages SET digest_at = now() WHERE mailbox_id = $1 AND digest_at IS NOT NULL',
      [id],
    );
    const tools = { database: scene.db.system, environment: 'sandbox' as const, contentOpener, contentSealer, logger };
    const rest = { spool: scene.spool, queue: { wake: async () => {} }, messageIdDomain: 'mail.local' };
    const pace = { paceOf: (key: string, address: string | null) => paceOf(key, address, limits) };
    const stopping = new AbortController().signal;
    while ((await makeDigests({ ...tools, ...rest, ...pace, stopping })).length > 0);
    await settle();
  };
  /** Time goes on at Gmail and in the account's day. */
  const pass = async (hours: number) => {
    aheadMs += hours * HOUR_MS;
    await scene.db.owner.query(
      `UPDATE upstream_accounts SET digested_at = digested_at - $2 * interval '1 hour', day_hour = day_hour - $2::int, day_hours = ARRAY(
         SELECT coalesce(day_hours[(slot + $2::int) % 25 + 1], 0) FROM generate_series(0, 24) AS slot ORDER BY slot)
       WHERE account_key = $1`,
      [accountKey, hours],
    );
  };
  const sentTo = async (address: string, box: 'sent' | 'inbox') => {
    const answer = await fetch(`${origin}/mailboxes/${address}/${box}`);
    return ((await answer.json()) as { items: { at: string; subject: string }[] }).items;
  };

  // Until half of the ordinary share is used a storm is told as fast as its windows end.
  for (let minute = 0; minute < 4; minute++) {
    await arriveAtEach(scene, stormy, 2);
    await tell();
  }
  const tookMs: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    await pass(STEP_HOURS);
    await arriveAtEach(scene, stormy, 1);
    await tell();
    if (step % 4 > 0) continue;
    const begunAt = performance.now();
    const [news] = await arriveAt(scene, quiet[step / 4 - 1]!, 1);
    const isSent = `SELECT FROM messages WHERE id = $1 AND state = 'sent'`;
    await until('the quiet one’s mail is sent', async () => (await scene.db.owner.query(isSent, [news])).length === 1);
    tookMs.push(performance.now() - begunAt);
  }

  assert.ok(Math.min(...tookMs) < 2_000, `${tookMs}`);
  const [sent, arrived] = [await sentTo(ADDRESS, 'sent'), await sentTo('owner@example.com', 'inbox')];
  assert.equal(arrived.length, sent.length, 'Gmail dropped none');
  assert.ok(sent.length > PER_DAY / 3 && sent.length <= PER_DAY, `${sent.length} sent`);
  const last = Math.max(...sent.filter(({ subject }) => subject.includes('alerts')).map(({ at }) => Date.parse(at)));
  assert.ok(clock.now() - last < STEP_HOURS * HOUR_MS, 'the storm is told to its end');
  const attempts = await scene.db.owner.query(
    'SELECT DISTINCT t.outcome::text AS outcome FROM attempts t JOIN messages m ON m.id = t.message_id WHERE m.mailbox_id = $1',
    [id],
  );
  assert.deepEqual(attempts, [{ outcome: 'accepted' }], 'Gmail refused none');
});
