import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TlsSpeakers } from '../src/doors/tls-speakers.ts';
import { AuthDelay } from '../src/limits/auth-delay.ts';
import { ConnectionPlaces } from '../src/limits/connection-places.ts';
import { PopLogins } from '../src/login/pop-logins.ts';
import { FactBook } from '../src/processes/fact-book.ts';
import { gatherMetrics } from '../src/processes/gathered-metrics.ts';
import type { FromProcess } from '../src/processes/process-messages.ts';
import { SharedFacts } from '../src/processes/shared-facts.ts';

/** Processes 1 and 2, and what the parent between them does; `pass` gives what was told since to the other. */
function makePair(now: () => number = () => 0) {
  const book = new FactBook();
  const sent: { from: number; message: FromProcess; isSent: () => void }[] = [];
  const [one, two] = [1, 2].map(
    (from) => new SharedFacts((message, isSent) => void sent.push({ from, message, isSent }), now),
  ) as [SharedFacts, SharedFacts];
  const pass = async (): Promise<void> => {
    // Facts are gathered for 20 ms.
    for (let quiet = 0; quiet < 3; quiet++) {
      await new Promise((resolve) => setTimeout(resolve, 15));
      for (const { from, message, isSent } of sent.splice(0)) {
        isSent();
        if (message.kind !== 'facts') continue;
        book.note(from, message.facts);
        (from === 1 ? two : one).receive({ kind: 'facts', from, facts: message.facts });
      }
    }
  };
  return { one, two, book, pass };
}

const limits = { all: 20, perAddress: 4, perTenant: 3, strangersPerSecond: 100 };
const keep = (): void => {};

test('connections of another process count, for an address, a tenant and in all, until they or it are gone', async () => {
  const { one, two, pass } = makePair();
  const here = new ConnectionPlaces(limits, () => 0, one);
  const there = new ConnectionPlaces(limits, () => 0, two);
  const taken = [1, 2, 3].map(() => there.take('192.0.2.1', keep)!);
  for (const place of taken.slice(0, 2)) assert.ok(place.signIn('tenant'));
  await pass();
  const mine = here.take('192.0.2.1', keep)!;
  assert.ok(mine.signIn('tenant'));
  assert.equal(here.take('192.0.2.1', keep), null, 'a fifth of that address, with no stranger of ours to send away');
  assert.equal(here.take('192.0.2.2', keep)!.signIn('tenant'), false, 'a fourth of that tenant');
  for (const place of taken) place.release();
  await pass();
  assert.ok(here.take('192.0.2.1', keep));

  for (let count = 0; count < 18; count++) there.take(`198.51.100.${count}`, keep);
  await pass();
  assert.equal(here.take('203.0.113.1', keep) === null, false, 'our own strangers make room');
  one.receive({ kind: 'gone', from: 2 });
  const rest = Array.from({ length: 15 }, (_, count) => here.take(`203.0.113.${10 + count}`, keep));
  assert.ok(rest.every((place) => place !== null));
});

test('an address from which somebody signed in at one process has its kept places at the other', async () => {
  const { one, two, pass } = makePair();
  const here = new ConnectionPlaces({ all: 10, perAddress: 20, perTenant: 20, strangersPerSecond: 100 }, () => 0, one);
  const there = new ConnectionPlaces({ all: 10, perAddress: 20, perTenant: 20, strangersPerSecond: 100 }, () => 0, two);
  const known = there.take('192.0.2.1', keep)!;
  known.signIn('tenant');
  known.release();
  await pass();
  const members = Array.from({ length: 9 }, () => here.take('198.51.100.1', keep)!);
  for (const place of members) place.signIn('other');
  assert.equal(here.take('203.0.113.1', keep), null);
  assert.ok(here.take('192.0.2.1', keep));
});

test('failures of a login grow its delay at every process, and a success ends it at every process', async () => {
  const { one, two, pass } = makePair();
  const here = new AuthDelay(1000, () => 0, one);
  const there = new AuthDelay(1000, () => 0, two);
  const waits: number[] = [];
  for (let count = 0; count < 6; count++) {
    waits.push((count % 2 ? here : there).fail('192.0.2.1', 'camera'));
    await pass();
  }
  assert.deepEqual(waits, [1000, 1000, 1000, 2000, 4000, 5000]);
  here.succeed('192.0.2.1', 'camera');
  await pass();
  assert.equal(there.fail('192.0.2.1', 'camera'), 1000);
});

test('a POP login at one process opens the window at the other, at once', () => {
  const other = new SharedFacts(null, () => 0);
  const there = new PopLogins(1000, () => 0, other);
  const here = new PopLogins(
    1000,
    () => 0,
    new SharedFacts(
      (message) => {
        if (message.kind === 'facts') other.receive({ kind: 'facts', from: 1, facts: message.facts });
      },
      () => 0,
    ),
  );
  here.note('192.0.2.1', 'credential');
  assert.deepEqual([there.of('192.0.2.1', 'credential'), there.of('192.0.2.2', 'credential')], ['open', null]);
});

test('who speaks TLS at once is known to a process that starts later; who was forgotten is not', async () => {
  const { one, book, pass } = makePair();
  const speakers = new TlsSpeakers(() => 0, one);
  speakers.learn('submission', '192.0.2.1');
  speakers.learn('submission', '192.0.2.2');
  for (let vain = 0; vain < 3; vain++) speakers.waitedInVain('submission', '192.0.2.2');
  await pass();
  const facts = new SharedFacts(null, () => 0);
  const later = new TlsSpeakers(() => 0, facts);
  for (const { from, facts: told } of book.everything()) facts.receive({ kind: 'facts', from, facts: told });
  assert.deepEqual(
    ['192.0.2.1', '192.0.2.2'].map((address) => later.has('submission', address)),
    [true, false],
  );
});

test('the parent forgets the connections of a process that ended, keeps what it taught, and no more than ten thousand of a kind', () => {
  const book = new FactBook();
  const fact = (topic: 'network' | 'login', key: string) => ({ topic, key, value: 1, at: 0 });
  book.note(1, [fact('network', '192.0.2.1'), fact('login', 'a')]);
  book.forget(1);
  assert.deepEqual(book.everything(), [{ from: 1, facts: [fact('login', 'a')] }]);
  book.note(
    2,
    Array.from({ length: 10_000 }, (_, count) => fact('login', String(count))),
  );
  const [told, ...others] = book.everything();
  assert.deepEqual([told!.from, told!.facts.length, others.length], [2, 10_000, 0]);
});

test('a parent that reads nothing gets one message when it reads again', async () => {
  const sent: FromProcess[] = [];
  let isSent = (): void => {};
  const facts = new SharedFacts(
    (message, then) => {
      sent.push(message);
      isSent = then;
    },
    () => 0,
  );
  const later = () => new Promise((resolve) => setTimeout(resolve, 40));
  facts.tell('login', 'first', 1);
  await later();
  for (let count = 0; count < 11_000; count++) facts.tell('login', String(count % 10_500), count);
  await later();
  assert.equal(sent.length, 1);
  isSent();
  await later();
  assert.equal(sent.length, 2);
  assert.equal(sent[1]!.kind === 'facts' && sent[1]!.facts.length, 10_000);
});

test('metrics of several processes are one text: each name is explained once', () => {
  const text = (process: number) =>
    `# HELP a first\n# TYPE a counter\na{process="${process}"} ${process}\n\n# HELP b second\n# TYPE b gauge\nb{process="${process}"} 0\n`;
  assert.equal(
    gatherMetrics([text(1), text(2)]),
    '# HELP a first\n# TYPE a counter\na{process="1"} 1\na{process="2"} 2\n\n# HELP b second\n# TYPE b gauge\nb{process="1"} 0\nb{process="2"} 0\n',
  );
});
