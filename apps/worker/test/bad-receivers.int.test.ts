import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Channels, openUpstreams, writeWebhookSecret } from '@hikyaku/upstreams';
import { addChannelTo, setMailboxOf } from './alert-rounds.ts';
import { fakeTransport } from './fake-transport.ts';
import { openScene, type Scene, startWorker, until, untilState } from './scene.ts';

let scene: Scene;
before(async () => {
  scene = await openScene();
});
after(() => scene.close());

test('a webhook that hangs, one that answers 500 and one that redirects to a private address harm nobody: neither other channels nor mail, and nobody inside is asked', async (t) => {
  const listen = async (answer: RequestListener): Promise<string> => {
    const server = createServer(answer);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const asked: Record<string, number> = { hangs: 0, fails: 0, redirects: 0, works: 0, inside: 0 };
  const inside = await listen((_, response) => {
    asked.inside! += 1;
    response.end();
  });
  const outside = await listen((request, response) => {
    const name = request.url!.slice(1);
    asked[name]! += 1;
    if (name === 'hangs') return;
    if (name === 'redirects') response.writeHead(307, { location: `${inside}/metadata` });
    else response.writeHead(name === 'fails' ? 500 : 200);
    response.end();
  });
  const upstreams = openUpstreams({ isSandbox: true, ALLOW_PRIVATE_UPSTREAMS: true });
  t.after(() => upstreams.close());
  const channels: Channels = upstreams.channelsBy(undefined, null);
  const secrets = [{ secret: writeWebhookSecret(Buffer.alloc(32, 7)) }];

  // Of a tenant each, and all of one.
  const bad = ['hangs', 'fails', 'redirects'];
  const places = await Promise.all([...bad, 'all', 'works'].map(() => scene.makePlace()));
  for (const [index, place] of places.entries()) {
    const own = index === bad.length ? [...bad, 'works'] : [[...bad, '', 'works'][index]!];
    for (const name of own)
      await addChannelTo(scene, place.tenantId, 'en', { kind: 'webhook', url: `${outside}/${name}`, secrets });
  }
  const fake = fakeTransport();
  const worker = await startWorker(scene, { transports: { microsoft: fake }, channels });
  t.after(() => worker.close());
  for (const place of places) await setMailboxOf(scene, place, 'needs_reconnect', 'upstream.auth_lost');
  await until('whoever works is told by both tenants, whoever does not is asked', async () => {
    await scene.db.owner.query('UPDATE alerts SET tell_at = now() WHERE told = 0 AND tell_at IS NOT NULL');
    return asked.works === 2 && bad.every((name) => asked[name]! >= 2);
  });
  // While the one still hangs.
  for (const place of places) await setMailboxOf(scene, place, 'active', null);
  for (const { id } of await Promise.all(places.map((place) => scene.makeMail(place))))
    await untilState(scene, id, 'sent');
  assert.equal(asked.inside, 0);
  const failures = await scene.db.owner.query<{ failure: string | null }>(
    `SELECT DISTINCT failure FROM alert_channels WHERE failure IS NOT NULL ORDER BY failure`,
  );
  const said = failures.map(({ failure }) => failure);
  assert.ok(said.includes('failing') && said.includes('moved'), said.join());
});
