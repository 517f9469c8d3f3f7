import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MailTransport, RefreshResult } from '@hikyaku/core';
import { createGate } from '@hikyaku/core';
import { viewAccount } from '@hikyaku/db';
import { openMailbox } from '../src/mailbox/open-mailbox.ts';
import { refreshQuiet } from '../src/mailbox/refresh-quiet.ts';
import { fakeTransport } from './fake-transport.ts';
import { logger, openScene, type Place, type Scene } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

/** A mailbox that was quiet for a week, renewed over a provider that answers so. */
async function renew(answer: (secret: string) => RefreshResult, place?: Place) {
  const quiet = place ?? (await scene.makePlace({ refresh_due_at: new Date(Date.now() - 1000) }));
  const database = scene.db.system;
  let told = 0;
  const transport: MailTransport = {
    ...fakeTransport(),
    refresh: async ({ mailbox }) => {
      const result = answer(mailbox.secret);
      if (result.outcome === 'refreshed') await mailbox.saveSecret(`${mailbox.secret}, renewed`);
      return result;
    },
  };
  await refreshQuiet(quiet.mailbox.id, {
    database,
    environment: 'sandbox',
    transports: { microsoft: transport },
    openMailbox: (row, accountKey) =>
      openMailbox(row, accountKey, { database, tokenBox: scene.tokenBox, refreshGate: createGate(4), logger }),
    noteTrouble: () => {},
    tell: () => {
      told += 1;
    },
    logger,
  });
  const [row] = await scene.db.owner.query<{ state: string; state_code: string; version: number; days: number }>(
    `SELECT state, state_code, secret_version AS version, extract(epoch FROM refresh_due_at - now())::float8 / 86400 AS days
     FROM mailboxes WHERE id = $1`,
    [quiet.mailbox.id],
  );
  return { place: quiet, told, ...row! };
}

/** The mailbox as another worker process would open it. */
async function openElsewhere(place: Place) {
  const accountKey = place.mailbox.account_key;
  const view = await viewAccount(scene.db.system, accountKey);
  const tools = { database: scene.db.system, tokenBox: scene.tokenBox, refreshGate: createGate(4), logger };
  return openMailbox(view.mailboxes[0]!, accountKey, tools);
}

test('two workers never refresh one mailbox at once, and the second finds the first’s secret', async () => {
  const place = await scene.makePlace();
  const workers = await Promise.all([openElsewhere(place), openElsewhere(place), openElsewhere(place)]);
  let refreshing = 0;
  let mostAtOnce = 0;
  const given: string[] = [];
  await Promise.all(
    workers.map(({ connected }, index) =>
      connected.refreshAlone!(async (secret) => {
        given.push(secret);
        refreshing += 1;
        mostAtOnce = Math.max(mostAtOnce, refreshing);
        await sleep(30);
        await connected.saveSecret(`secret ${index}`);
        refreshing -= 1;
      }),
    ),
  );
  assert.equal(mostAtOnce, 1);
  assert.equal(given[0], `secret of ${place.mailbox.id}`);
  assert.equal(new Set(given).size, 3, 'somebody refreshed from a secret that was used up');
  const versions = workers.map((worker) => worker.followSecret()());
  assert.deepEqual(versions.sort(), [2, 3, 4]);
});

test('different mailboxes are refreshed beside each other', async () => {
  const mailboxes = await Promise.all(
    [scene.makePlace(), scene.makePlace()].map(async (place) => openElsewhere(await place)),
  );
  let arrived = 0;
  await Promise.all(
    mailboxes.map(({ connected }) =>
      connected.refreshAlone!(async () => {
        arrived += 1;
        while (arrived < 2) await sleep(5);
      }),
    ),
  );
  assert.equal(arrived, 2);
});

test('a secret sealed for another mailbox does not open', async () => {
  const [one, other] = [await scene.makePlace(), await scene.makePlace()];
  await scene.db.owner.query(
    'UPDATE mailboxes SET secret_sealed = (SELECT secret_sealed FROM mailboxes WHERE id = $2) WHERE id = $1',
    [one.mailbox.id, other.mailbox.id],
  );
  await assert.rejects(openElsewhere(one), { code: 'vault.key_wrong' });
});

test('a mailbox that was disconnected meanwhile is lost, not sent from', async () => {
  const place = await scene.makePlace();
  const { connected } = await openElsewhere(place);
  await scene.db.owner.query('UPDATE mailboxes SET secret_sealed = NULL, deleted_at = now() WHERE id = $1', [
    place.mailbox.id,
  ]);
  await assert.rejects(
    connected.refreshAlone!(async () => {}),
    { code: 'upstream.auth_lost' },
  );
});

test('an attempt stands on the secret that it began with and our own refreshes of it, not on one stored by others', async () => {
  const place = await scene.makePlace();
  const mailbox = await openElsewhere(place);
  const { connected } = mailbox;
  const refresh = () => connected.refreshAlone!(async (secret) => connected.saveSecret(`${secret}+`));
  const first = mailbox.followSecret();
  assert.equal(first(), 1);
  await refresh();
  assert.equal(first(), 2, 'our own refresh belongs to the attempt: a secret that dies right after it is lost');

  // The owner connects anew while a send is out; another send of this turn finds that secret and refreshes it.
  await scene.db.owner.query(
    'UPDATE mailboxes SET secret_sealed = $2, secret_version = secret_version + 1 WHERE id = $1',
    [place.mailbox.id, scene.tokenBox.seal(place.mailbox.id, 'connected anew')],
  );
  await refresh();
  const later = mailbox.followSecret();
  assert.deepEqual([first(), later()], [2, 4]);
  assert.equal(connected.secret, 'connected anew+');
});

test('a quiet mailbox is renewed, and due again in about a week', async () => {
  const first = await renew(() => ({ outcome: 'refreshed' }));
  assert.deepEqual([first.state, first.version, first.told], ['active', 2, 0]);
  assert.ok(first.days > 6.4 && first.days < 7.6, `${first.days}`);
  // The same job once more, taken for dead meanwhile: there is nothing to do.
  await renew(() => assert.fail('asked again'), first.place);
});

test('a mailbox whose permission has died is closed and told while nothing hangs on it, and what waits is held', async () => {
  const place = await scene.makePlace({ refresh_due_at: new Date(Date.now() - 1000) });
  const mail = await scene.makeMail(place, { due_at: new Date(Date.now() + 60_000) });
  const { state, state_code, told } = await renew(() => ({ outcome: 'auth_lost', code: 'upstream.auth_lost' }), place);
  assert.deepEqual([state, state_code, told], ['needs_reconnect', 'upstream.auth_lost', 1]);
  assert.equal((await scene.message(mail.id)).state, 'held');
  const rows = await scene.db.owner.query<{ facts: unknown }>(
    `SELECT facts FROM outbox WHERE subject_id = $1 AND kind = 'mailbox.changed' ORDER BY seq DESC LIMIT 1`,
    [place.mailbox.id],
  );
  assert.deepEqual(rows[0]?.facts, { state: 'needs_reconnect', code: 'upstream.auth_lost' });
});

test('a provider that is away, and a registration of ours that is wrong, close nothing: asked again in an hour', async () => {
  for (const code of ['upstream.unavailable', 'upstream.client_secret'] as const) {
    const { state, days, told } = await renew(() => ({ outcome: 'deferred', code, scope: 'account' }));
    assert.deepEqual([state, told], ['active', 0], code);
    assert.ok(days > 0.03 && days < 0.05, `${days}`);
  }
});
