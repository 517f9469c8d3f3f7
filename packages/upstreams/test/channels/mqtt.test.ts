import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { ConnectedMailbox, SendRequest } from '@hikyaku/core';
import { composeMail } from '@hikyaku/mail';
import { type MqttBroker, startMqttBroker } from '@hikyaku/testing';
import type { ConfigOf, Note } from '../../src/channels/channel.ts';
import { createChannelTransport } from '../../src/channels/content/transport.ts';
import { openChannels } from '../../src/channels/open-channels.ts';
import { createDialler } from '../../src/dialler/dialler.ts';

let broker: MqttBroker;
before(async () => {
  broker = await startMqttBroker();
});
beforeEach(() => {
  Object.assign(broker, { connects: [], published: [], connackCode: 0, acknowledges: true, goodbyes: 0 });
});
after(() => broker.close());

const DEVICE = '0192f0c0-0000-7000-8000-00000000000c';
const PICTURES = [1, 2].map((n) => ({
  ...{ name: `${n}.jpg`, type: 'image/jpeg' },
  // Longer than what one digit, or two, tell of a packet's length.
  bytes: Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(20_000, n)]),
}));
const MAIL = composeMail({
  ...{ from: 'camera@b.example', recipients: ['c@d.example'], subject: '玄関: motion', text: 'The body stays.\n' },
  ...{ languages: ['en'], messageIdHeader: '<1@b.example>', date: new Date(0), files: PICTURES },
});

const dialler = createDialler({ reach: 'this-machine', ownHost: 'relay.invalid', ownPorts: [] });
const configOf = (more: Partial<ConfigOf<'mqtt'>> = {}): ConfigOf<'mqtt'> => ({
  ...{ kind: 'mqtt', url: `mqtt://127.0.0.1:${broker.port}`, username: 'ha', password: 'geheim', topic: 'home/alerts' },
  ...more,
});
const requestOf = (config: ConfigOf<'mqtt'>, more: Partial<SendRequest> = {}): SendRequest => ({
  mailbox: { id: 'channel-1', environment: 'sandbox', secret: JSON.stringify(config) } as ConnectedMailbox,
  deviceId: DEVICE,
  mail: {
    ...{ messageId: '<1@b.example>', recipients: ['c@d.example'], sizeBytes: MAIL.length },
    async *open() {
      yield MAIL;
    },
  },
  beforeFirstByte: async () => {},
  beforeCommit: async () => {},
  signal: AbortSignal.timeout(20_000),
  ...more,
});
const { send } = createChannelTransport({ environment: 'sandbox', dialler, brokerDialler: dialler });

test('a mail goes to the topics of its device: each picture as it is, then what is said of them; acknowledged, and kept by no broker', async () => {
  let publishedAtCommit = -1;
  const beforeCommit = async () => {
    publishedAtCommit = broker.published.length + 100 * broker.connects.length;
  };
  assert.deepEqual(await send(requestOf(configOf(), { beforeCommit })), { outcome: 'accepted', status: 200 });
  assert.equal(publishedAtCommit, 100, 'signed in, and nothing published');
  assert.partialDeepStrictEqual(broker.connects, [{ username: 'ha', password: 'geheim' }]);
  assert.match(broker.connects[0]!.clientId, /^[0-9a-z]{1,23}$/);
  const [first, second, told, ...more] = broker.published;
  assert.deepEqual(
    [first, second, more],
    [
      ...PICTURES.map(({ bytes }) => ({
        topic: `home/alerts/${DEVICE}/picture`,
        payload: bytes,
        qos: 1,
        isRetained: false,
      })),
      [],
    ],
  );
  assert.partialDeepStrictEqual(told, { topic: `home/alerts/${DEVICE}/mail`, qos: 1, isRetained: false });
  const { id, at, ...facts } = JSON.parse(told!.payload.toString()) as Record<string, unknown>;
  assert.deepEqual(facts, { type: 'mail', device: null, subject: '玄関: motion', pictures: 2 });
  assert.ok(id && at);
  assert.ok(!told!.payload.includes('The body'));
  await send(requestOf(configOf({ username: null, password: null }), { deviceId: null }));
  assert.partialDeepStrictEqual(broker.connects[1], { username: null, password: null });
  const again = broker.published.at(-1)!;
  assert.equal(again.topic, 'home/alerts/relay/mail');
  assert.equal((JSON.parse(again.payload.toString()) as { id: string }).id, id, 'a reader knows a repeat');
});

test('a broker’s no fails the copy; its silence behind the commit point is a doubt, before it the mail is tried again', async () => {
  broker.connackCode = 5;
  assert.deepEqual(await send(requestOf(configOf())), { outcome: 'rejected', code: 'upstream.channel_refused' });
  broker.connackCode = 3;
  assert.partialDeepStrictEqual(await send(requestOf(configOf())), {
    outcome: 'deferred',
    code: 'upstream.unavailable',
  });
  assert.deepEqual(broker.published, []);
  broker.connackCode = 0;
  const lost = new Error('the lease is lost');
  await assert.rejects(send(requestOf(configOf(), { beforeCommit: () => Promise.reject(lost) })), lost);
  assert.deepEqual(broker.published, []);
  broker.acknowledges = false;
  assert.partialDeepStrictEqual(await send(requestOf(configOf())), { outcome: 'in_doubt', scope: 'account' });
  const closed = requestOf(configOf({ url: 'mqtt://127.0.0.1:9' }));
  assert.partialDeepStrictEqual(await send(closed), { outcome: 'deferred', code: 'upstream.unavailable' });
});

test('nothing goes to a broker on the internet in plain, nor by TLS to one that cannot show who it is', async () => {
  const outside = {
    dial: async (...given: Parameters<typeof dialler.dial>) => ({ ...(await dialler.dial(...given)), isPublic: true }),
  };
  const { send: sendOutside } = createChannelTransport({ environment: 'sandbox', dialler, brokerDialler: outside });
  const refused = { outcome: 'rejected', code: 'upstream.channel_refused' };
  assert.deepEqual(await sendOutside(requestOf(configOf())), refused);
  const tls = requestOf(configOf({ url: `mqtts://127.0.0.1:${broker.port}` }));
  assert.partialDeepStrictEqual(await sendOutside({ ...tls, signal: AbortSignal.timeout(300) }), {
    outcome: 'deferred',
  });
  assert.deepEqual(broker.connects, []);
  const publicOnly = createDialler({ reach: 'public', ownHost: 'relay.invalid', ownPorts: [], ports: [8883] });
  const inside = createChannelTransport({ environment: 'sandbox', dialler, brokerDialler: publicOnly });
  assert.deepEqual(await inside.send(requestOf(configOf({ url: 'mqtts://127.0.0.1:8883' }))), refused);
});

test('alerts are published at one topic, as a webhook is told them', async () => {
  const note: Note = {
    ...{ id: 'n', at: new Date(0), title: 'Gate is silent', link: 'https://relay.example/alerts' },
    items: [
      {
        ...{ alertId: 'a', code: 'device.silent', telling: 'began', severity: 'warning', title: 'Gate is silent' },
        ...{ subject: null, advice: 'Look.', openedAt: null, count: 1, url: 'https://relay.example/alerts' },
      },
    ],
  };
  const channels = openChannels({ dialler, brokerDialler: dialler, takesHttp: true, mailer: null });
  assert.deepEqual(await channels.tell(configOf(), note), { isTold: true, status: null });
  const [published] = broker.published;
  assert.equal(published!.topic, 'home/alerts/alerts');
  assert.deepEqual(JSON.parse(published!.payload.toString()), {
    ...{ type: 'alerts', id: 'n', at: '1970-01-01T00:00:00.000Z', alerts: note.items, url: note.link },
  });
  const failures: string[] = [];
  for (const code of [4, 5, 3, 2]) {
    broker.connackCode = code;
    const result = await channels.tell(configOf(), note);
    if (!result.isTold) failures.push(result.failure);
  }
  assert.deepEqual(failures, ['unauthorized', 'unauthorized', 'failing', 'refused']);
});
