import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMailbox, makeMessage } from '@hikyaku/testing';
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
async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('waited 15 s');
    await sleep(10);
  }
}

test('the page hears within a moment what changed, and nobody else does', async () => {
  const [a, b] = [await api.owner(), await api.owner()];
  const [ofA, ofB] = [await openStream(a), await openStream(b)];
  assert.match(ofA.answer.headers.get('content-type') ?? '', /^text\/event-stream/);
  assert.match(ofA.answer.headers.get('cache-control') ?? '', /no-transform/);

  const mailbox = await makeMailbox(api.db.owner, { tenant_id: a.tenantId });
  await until(() => ofA.types.includes('mailboxes'));

  const message = await makeMessage(
    api.db.owner,
    { device: { id: mailbox.id, tenant_id: a.tenantId }, mailbox },
    { state: 'deferred' },
  );
  await a.must('POST', `messages/${message.id}/retry`);
  await until(() => ofA.types.includes('messages'));

  await a.must('POST', 'devices', { name: 'Gate', mailboxId: mailbox.id });
  await until(() => ofA.types.includes('devices'));

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
  await sleep(100);
  const again = await openStream(person);
  assert.equal(again.answer.status, 200);
  await Promise.all([...streams, again].map(({ close }) => close()));
});

test('stopping the api ends the streams instead of waiting for them', async () => {
  const alone = await startApi();
  const stream = await openStream(await alone.owner());
  const begun = Date.now();
  await alone.close();
  await stream.close();
  assert.ok(Date.now() - begun < 10_000);
});
