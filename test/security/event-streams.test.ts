import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { DashboardClient, type RunningHikyaku, startHikyaku } from '@hikyaku/testing';

/** More than the front's one pool held when streams shared it with everything else. */
const PEOPLE = 40;
const STREAMS_EACH = 8;
/** Two cores that hold three hundred streams and run other tests. */
const ANSWER_LIMIT_MS = 10_000;

let hikyaku: RunningHikyaku;
before(async () => {
  // This test is the proxy: each person comes from an address of his own.
  hikyaku = await startHikyaku({ env: { HIKYAKU_PROXY_SOURCES: '127.0.0.1' } });
});
after(() => hikyaku?.stop());

class Person extends DashboardClient {
  address: string;
  constructor(number: number) {
    super(hikyaku.webUrl);
    this.address = `198.51.100.${number}`;
  }
  override request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set('x-forwarded-for', this.address);
    return super.request(path, { ...init, headers });
  }
}

test('while three hundred event streams are open the api answers everybody, and one more of a person is refused with a text', async () => {
  const stop = new AbortController();
  const people = Array.from({ length: PEOPLE }, (_, index) => new Person(index + 1));
  for (const [index, person] of people.entries()) await person.signUp(`person${index}@example.com`);
  try {
    // Kept: an answer that nobody refers to any more is closed by fetch.
    const open: Response[] = [];
    for (const person of people) {
      for (let count = 0; count < STREAMS_EACH; count++) {
        const answer = await person.request('/api/v1/events', { signal: stop.signal });
        assert.equal(answer.status, 200);
        open.push(answer);
      }
    }
    assert.ok(open.length > 256);
    const [first] = people;
    const refused = await first!.api('GET', 'events');
    assert.deepEqual([refused.status, refused.body.code], [429, 'api.streams_full']);
    assert.match(String(refused.body.title), /asks now and then instead/);
    for (const person of [first!, new Person(200)]) {
      const begun = performance.now();
      const { status } = await person.api('GET', person === first ? 'me' : 'instance');
      assert.equal(status, 200);
      assert.ok(performance.now() - begun < ANSWER_LIMIT_MS);
    }
    assert.ok(open.every(({ ok }) => ok));
  } finally {
    stop.abort();
  }
});

test('a stranger who asks for pages and never reads them keeps nobody from the dashboard', async () => {
  const person = new Person(1);
  await person.signUp('reader@example.com');
  const port = Number(new URL(hikyaku.webUrl).port);
  const sockets = Array.from({ length: 300 }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    // Ten pages in a row, none of which is ever taken off the socket.
    socket.write('GET /sign-in HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n'.repeat(10));
    return socket;
  });
  try {
    await Promise.all(sockets.map((socket) => (socket.connecting ? once(socket, 'connect') : undefined)));
    const begun = performance.now();
    assert.equal(await person.signIn('reader@example.com'), 200);
    assert.equal((await person.api('GET', 'me')).status, 200);
    assert.equal((await person.request('/sign-in')).status, 200);
    assert.ok(performance.now() - begun < 3 * ANSWER_LIMIT_MS);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});
