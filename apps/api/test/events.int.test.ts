import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMailbox, makeMessage, until } from '@hikyaku/testing';
import { type ApiUnderTest, type Person, startApi } from './api-under-test.ts';

let api: ApiUnderTest;
before(async () => {
  api = await startApi();
});
after(() => api.close());

/** An open event stream; `types` fills as events come. */
async function openStream(person: Person) {
  const stop = new AbortController();
  const answer = await person.request('/api/v1/events', { signal: stop.signal });
  const types: string[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      types.splice(
        0,
        types.length,
        ...[...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data!).type as string),
      );
    }
  })().catch(() => {});
  const close = () => {
    stop.abort();
    return reading;
  };
  return { answer, types, close };
}

/** The outbox waits for every transaction of the server that is still open, also those of other tests' databases. */
const hears = ({ types }: { types: string[] }, type: string) => until(`${type} are told`, () => types.includes(type));

test('the page hears within a moment what changed, and nobody else does', async () => {
  const [a, b] = [await api.owner(), await api.owner()];
  const [ofA, ofB] = [await openStream(a), await openStream(b)];
  assert.match(ofA.answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.match(ofA.answer.headers.get('cache-control') ?? '', /no-transform/);

  const mailbox = await makeMailbox(api.db.owner, { tenant_id: a.tenantId });
  await hears(ofA, 'mailboxes');

  const message = await makeMessage(
    api.db.owner,
    { device: { id: mailbox.id, tenant_id: a.tenantId }, mailbox },
    { state: 'deferred' },
  );
  await a.must('POST', `messages/${message.id}/retry`);
  await hears(ofA, 'messages');

  await a.must('POST', 'devices', { name: 'Gate', mailboxId: mailbox.id });
  await hears(ofA, 'devices');

  await sleep(100);
  assert.deepEqual(ofB.types, []);
  await Promise.all([ofA.close(), ofB.close()]);
});

test('a person’s streams are bounded, and a closed one makes room', async () => {
  const person = await api.owner();
  const streams = [];
  for (let index = 0; index < 8; index++) streams.push(await openStream(person));
  const refused = await person.api('GET', 'events');
  assert.deepEqual([refused.status, refused.body.code], [429, 'api.streams_full']);
  assert.equal(refused.headers.get('retry-after'), '60');
  await streams[0]!.close();
  const again = await until('there is room', async () => {
    const stream = await openStream(person);
    if (stream.answer.status !== 200) await stream.close();
    return stream.answer.status === 200 ? stream : null;
  });
  await Promise.all([...streams, again].map(({ close }) => close()));
});

test('a notification that is none of ours ends nobody', async (t) => {
  const person = await api.owner();
  const stream = await openStream(person);
  const thrown: unknown[] = [];
  const note = (error: unknown) => thrown.push(error);
  process.on('uncaughtException', note);
  t.after(() => process.off('uncaughtException', note));
  await api.db.owner.query(`SELECT pg_notify('hikyaku_sessions', 'no JSON')`);
  await makeMailbox(api.db.owner, { tenant_id: person.tenantId });
  await hears(stream, 'mailboxes');
  assert.deepEqual(thrown, []);
  await stream.close();
});

test('stopping the api ends the streams instead of waiting for them', async () => {
  const alone = await startApi();
  const stream = await openStream(await alone.owner());
  const begun = Date.now();
  await alone.close();
  await stream.close();
  assert.ok(Date.now() - begun < 10_000);
});
