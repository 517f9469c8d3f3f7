import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { RelayError } from '@hikyaku/core';
import {
  type Access,
  connectMailbox,
  type OAuthProvider,
  openBench,
  prepareMail,
  send,
  showAll,
  useBench,
} from './contract-harness.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const SECRET = /sandbox-(at|rt|code)\.|secret-of-the/;

/** What every adapter over OAuth and HTTP must do, shown against the sandbox's process. */
export function transportContract(provider: OAuthProvider, options: { largeBytes: number; access?: Access }): void {
  const { access = 'person' } = options;
  const bench = useBench(provider, access);
  const say = (text: string): string => `${provider}${access === 'person' ? '' : `, ${access}`}: ${text}`;
  /** The call that renews a token; the relay's own names no mailbox. */
  const atRefresh = (address: string) =>
    access === 'person' ? { call: 'refresh', mailbox: address } : { call: 'app_token' };
  const inbox = (address: string) => bench.sandbox.box(address, 'inbox');

  test(say('an accepted mail arrives byte for byte at the recipients of its headers'), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = prepareMail(mailbox);
    const { result, announced } = await send(bench, { mailbox, mail });
    assert.equal(result.outcome, 'accepted');
    assert.ok(result.outcome === 'accepted' && result.providerId);
    assert.equal(announced, 1);
    const [sent] = await bench.sandbox.box(mailbox.address, 'sent');
    assert.equal(sha256(Buffer.from(sent!.raw, 'base64')), sha256(mail.bytes));
    assert.deepEqual([sent!.to, sent!.bcc], [[mail.recipient], [`hidden-${mail.recipient}`]]);
    assert.equal((await inbox(mail.recipient)).length, 1);
    assert.equal((await inbox(`hidden-${mail.recipient}`)).length, 1);
  });

  test(say('a fresh token is used as it is: nothing is saved, nothing refreshed'), async () => {
    const mailbox = await connectMailbox(bench);
    // A person's came with the connection; the relay's own is asked for once, for all mailboxes of the organization.
    if (access === 'app-only') await send(bench, { mailbox, mail: prepareMail(mailbox) });
    await bench.sandbox.fault({ ...atRefresh(mailbox.address), status: 500 });
    assert.equal((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result.outcome, 'accepted');
    assert.equal((await bench.sandbox.knobs({})).faults.length, 1);
    await bench.sandbox.knobs({ faults: [] });
    assert.deepEqual(mailbox.saved, []);
  });

  test(say(`a mail of ${options.largeBytes} bytes arrives byte for byte`), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = prepareMail(mailbox, { sizeBytes: options.largeBytes });
    assert.equal((await send(bench, { mailbox, mail })).result.outcome, 'accepted');
    const [sent] = await bench.sandbox.box(mailbox.address, 'sent');
    assert.equal(sha256(Buffer.from(sent!.raw, 'base64')), sha256(mail.bytes));
  });

  test(say('a mail over the limit is refused without a request'), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = { ...prepareMail(mailbox), sizeBytes: bench.transport.maxSizeBytes * 2 + 1 };
    const { result, announced } = await send(bench, { mailbox, mail });
    assert.deepEqual(
      [result.outcome, 'code' in result && result.code, announced],
      ['rejected', 'upstream.too_large', 0],
    );
  });

  test(say('a throttle defers the whole account for the time that the provider says'), async () => {
    const mailbox = await connectMailbox(bench);
    const fault = { call: 'send', mailbox: mailbox.address, times: 2, status: 429, headers: { 'retry-after': '77' } };
    await bench.sandbox.fault(fault);
    const { result } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
    assert.partialDeepStrictEqual(result, {
      outcome: 'deferred',
      code: 'upstream.throttled',
      scope: 'account',
      retryAfterMs: 77_000,
      status: 429,
    });
    assert.equal(await bench.sandbox.faultsLeft(mailbox.address), 1, 'tried once');
  });

  test(say('503 is deferred, and not tried again by the adapter'), async () => {
    const mailbox = await connectMailbox(bench);
    await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, times: 2, status: 503 });
    const { result } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
    assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'upstream.unavailable', status: 503 });
    assert.equal(await bench.sandbox.faultsLeft(mailbox.address), 1, 'tried once');
  });

  for (const status of [500, 502, 504]) {
    test(say(`${status} after accepting is in doubt, and the mail is not sent again`), async () => {
      const mailbox = await connectMailbox(bench);
      const mail = prepareMail(mailbox);
      const fault = { call: 'send', after: 'accepting', mailbox: mailbox.address, times: 2, status };
      await bench.sandbox.fault(fault);
      const { result } = await send(bench, { mailbox, mail });
      assert.partialDeepStrictEqual(result, { outcome: 'in_doubt', code: 'upstream.in_doubt', status });
      assert.equal((await inbox(mail.recipient)).length, 1);
    });
  }

  test(say('a connection that breaks after the first byte leaves the mail in doubt'), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = prepareMail(mailbox);
    await bench.sandbox.fault({ call: 'send', after: 'accepting', mailbox: mailbox.address, times: 2, drop: true });
    const { result } = await send(bench, { mailbox, mail });
    assert.equal(result.outcome, 'in_doubt');
    assert.equal((await inbox(mail.recipient)).length, 1);
  });

  test(say('a deadline after the first byte leaves the mail in doubt'), async () => {
    const mailbox = await connectMailbox(bench);
    await bench.sandbox.fault({ call: 'send', after: 'accepting', mailbox: mailbox.address, delayMs: 5000 });
    const ended = new AbortController();
    const { result, announced } = await send(bench, {
      mailbox,
      mail: prepareMail(mailbox),
      signal: ended.signal,
      // From its commit on, whatever the way there took.
      beforeCommit: async () => void setTimeout(() => ended.abort(), 700),
    });
    assert.deepEqual([result.outcome, announced], ['in_doubt', 1]);
  });

  test(say('a deadline before the first byte defers the mail, and no byte is announced'), async () => {
    await bench.sandbox.knobs({ tokenLifetimeSeconds: 60 });
    const mailbox = await connectMailbox(bench);
    await bench.sandbox.knobs({ tokenLifetimeSeconds: 3599 });
    await bench.sandbox.fault({ ...atRefresh(mailbox.address), delayMs: 3000 });
    const mail = prepareMail(mailbox);
    const { result, announced } = await send(bench, { mailbox, mail, signal: AbortSignal.timeout(400) });
    assert.deepEqual([result.outcome, announced], ['deferred', 0]);
    const late = await send(bench, { mailbox, mail, signal: AbortSignal.abort() });
    assert.deepEqual([late.result.outcome, late.announced], ['deferred', 0]);
    assert.deepEqual(await inbox(mail.recipient), []);
  });

  test(say('a deadline while the first byte is being announced sends nothing'), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = prepareMail(mailbox);
    const { result } = await send(bench, {
      mailbox,
      mail,
      signal: AbortSignal.timeout(300),
      beforeCommit: () => new Promise((resolve) => setTimeout(resolve, 600)),
    });
    assert.equal(result.outcome, 'deferred');
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual(await inbox(mail.recipient), []);
  });

  test(say('a provider that cannot be reached defers the mail, and no byte is announced'), async () => {
    const mailbox = await connectMailbox(bench);
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));
    const nowhere = openBench(provider, bench.sandbox, `http://127.0.0.1:${port}`, access);
    const { result, announced } = await send(nowhere, { mailbox, mail: prepareMail(mailbox) });
    await nowhere.upstreams.close();
    assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'upstream.unavailable' });
    assert.equal(announced, 0);
  });

  test(say('a lease lost before the first byte is thrown on, and nothing is sent'), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = prepareMail(mailbox);
    const lost = new Error('the lease is lost');
    await assert.rejects(
      send(bench, {
        mailbox,
        mail,
        async beforeCommit() {
          throw lost;
        },
      }),
      (error) => error === lost,
    );
    assert.equal(mail.opened, 0);
    assert.deepEqual(await inbox(mail.recipient), []);
  });

  test(say('a mail that breaks off or has another length is thrown on, and nothing arrives'), async () => {
    const mailbox = await connectMailbox(bench);
    const broken = prepareMail(mailbox, { sizeBytes: 200_000 });
    const damaged = new RelayError('spool.content_damaged');
    const open = async function* () {
      yield broken.bytes.subarray(0, 100_000);
      throw damaged;
    };
    await assert.rejects(send(bench, { mailbox, mail: { ...broken, open } }), (error) => error === damaged);
    for (const sizeBytes of [broken.sizeBytes - 7, broken.sizeBytes + 7]) {
      const request = send(bench, { mailbox, mail: { ...broken, sizeBytes } });
      await assert.rejects(request, (error) => error instanceof RelayError && error.code === 'bug.unknown');
    }
    assert.deepEqual(await inbox(broken.recipient), []);
  });

  test(say('a mailbox of another environment is never opened'), async () => {
    const mailbox = await connectMailbox(bench);
    const { result, announced } = await send(bench, {
      mailbox: { ...mailbox, environment: 'live' },
      mail: prepareMail(mailbox),
    });
    assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'upstream.environment' });
    assert.equal(announced, 0);
  });

  test(say('nothing that came back of all this holds a secret'), () => {
    assert.ok(bench.seen.length > 10);
    assert.doesNotMatch(showAll(bench.seen), SECRET);
  });
}
