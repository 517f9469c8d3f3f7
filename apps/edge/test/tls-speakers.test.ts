import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TlsSpeakers } from '../src/doors/tls-speakers.ts';
import type { FromProcess } from '../src/processes/process-messages.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';

const DAY_MS = 86_400_000;

const alone = new SharedFacts(null, () => 0);

test('a TLS speaker is known for a day at its door, and makes nobody wait at another', () => {
  let now = 0;
  const speakers = new TlsSpeakers(() => now, alone);
  speakers.learn('submission', '192.0.2.1');
  assert.equal(speakers.has('submission', '192.0.2.1'), true);
  assert.equal(speakers.has('alternative', '192.0.2.1'), false);
  assert.equal(speakers.has('submission', '192.0.2.2'), false);
  now = DAY_MS;
  assert.equal(speakers.has('submission', '192.0.2.1'), false);
});

test('a site behind one address waits for its one TLS speaker three times at most, and again only after its next hello', () => {
  const speakers = new TlsSpeakers(() => 0, alone);
  speakers.learn('submission', '192.0.2.1');
  let waited = 0;
  for (let count = 0; count < 100; count++) {
    if (!speakers.has('submission', '192.0.2.1')) continue;
    waited += 1;
    speakers.waitedInVain('submission', '192.0.2.1');
  }
  assert.equal(waited, 3);
  speakers.learn('submission', '192.0.2.1');
  assert.equal(speakers.has('submission', '192.0.2.1'), true);
});

test('more speakers than there is room for: the one whose hello is the oldest goes', () => {
  const speakers = new TlsSpeakers(() => 0, alone);
  for (let count = 0; count <= 10_000; count++) speakers.learn('submission', `a${count}`);
  assert.deepEqual(
    ['a0', 'a1', 'a10000'].map((address) => speakers.has('submission', address)),
    [false, true, true],
  );
});

test('the other processes hear of a new speaker at once, since it comes again within 30 ms, and of a known one in time', () => {
  const sent: FromProcess[] = [];
  const speakers = new TlsSpeakers(
    () => 0,
    new SharedFacts(
      (message, done) => {
        sent.push(message);
        done();
      },
      () => 0,
    ),
  );
  speakers.learn('submission', '192.0.2.7');
  assert.equal(sent.length, 1);
  speakers.learn('submission', '192.0.2.7');
  assert.equal(sent.length, 1);
});
