import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  connectMailbox,
  type OAuthProvider,
  openBench,
  prepareMail,
  send,
  showAll,
  useBench,
} from './contract-harness.ts';

/** How every adapter over OAuth treats its tokens, shown against the sandbox's process. */
export function tokenContract(provider: OAuthProvider, options: { scopeFault: Record<string, unknown> }): void {
  const bench = useBench(provider);
  const say = (text: string): string => `${provider}: ${text}`;
  const inbox = (address: string) => bench.sandbox.box(address, 'inbox');
  /** A mailbox whose access token is about to expire; later ones live as usual. */
  const connectWithOldToken = async () => {
    await bench.sandbox.knobs({ tokenLifetimeSeconds: 60 });
    const mailbox = await connectMailbox(bench);
    await bench.sandbox.knobs({ tokenLifetimeSeconds: 3599 });
    return mailbox;
  };

  test(say('an old access token is refreshed, and the new secret saved before its token is used'), async () => {
    const mailbox = await connectWithOldToken();
    const mail = prepareMail(mailbox);
    let announcedAtSave = -1;
    let announced = 0;
    const saveSecret = async (secret: string) => {
      // Time enough for a send that would not wait.
      await new Promise((resolve) => setTimeout(resolve, 200));
      announcedAtSave = announced;
      assert.deepEqual(await inbox(mail.recipient), []);
      mailbox.saved.push(secret);
    };
    const { result } = await send(bench, {
      mailbox: { ...mailbox, saveSecret },
      mail,
      async beforeCommit() {
        announced += 1;
      },
    });
    assert.equal(result.outcome, 'accepted');
    assert.equal(announcedAtSave, 0);
    assert.equal(mailbox.saved.length, 1);
    const other = openBench(provider, bench.sandbox);
    const kept = { ...mailbox, id: 'elsewhere', secret: mailbox.saved[0]! };
    assert.equal((await send(other, { mailbox: kept, mail: prepareMail(kept) })).result.outcome, 'accepted');
    assert.equal(mailbox.saved.length, 1, 'the saved secret holds the new token');
    await other.upstreams.close();
  });

  test(say('a secret that cannot be saved stops the send, and is saved before the next one'), async () => {
    const mailbox = await connectWithOldToken();
    const mail = prepareMail(mailbox);
    const down = new Error('the database is away');
    const saveSecret = async () => {
      throw down;
    };
    await assert.rejects(send(bench, { mailbox: { ...mailbox, saveSecret }, mail }), (error) => error === down);
    assert.deepEqual(await inbox(mail.recipient), []);
    assert.equal((await send(bench, { mailbox, mail })).result.outcome, 'accepted');
    assert.equal(mailbox.saved.length, 1);
  });

  test(say('sends at the same time refresh once, and later ones of the turn not at all'), async () => {
    const mailbox = await connectWithOldToken();
    await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, times: 1, delayMs: 300 });
    await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, times: null, status: 500 });
    const sends = [1, 2, 3, 4].map(() => send(bench, { mailbox, mail: prepareMail(mailbox) }));
    const outcomes = (await Promise.all(sends)).map(({ result }) => result.outcome);
    assert.deepEqual(outcomes, ['accepted', 'accepted', 'accepted', 'accepted']);
    assert.equal(mailbox.saved.length, 1);
    // The turn's caller still holds the secret that it began with.
    assert.equal((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result.outcome, 'accepted');
    assert.equal(mailbox.saved.length, 1);
  });

  test(say('two processes refresh one mailbox once: the second finds the first one’s secret'), async () => {
    const mailbox = await connectWithOldToken();
    await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, times: 1, delayMs: 300 });
    await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, times: null, status: 500 });
    const row = { secret: mailbox.secret, saves: 0 };
    let lock: Promise<unknown> = Promise.resolve();
    const inProcess = () => ({
      ...mailbox,
      async saveSecret(secret: string) {
        row.secret = secret;
        row.saves += 1;
      },
      refreshAlone<T>(refresh: (secret: string) => Promise<T>): Promise<T> {
        const mine = lock.then(() => refresh(row.secret));
        lock = mine.catch(() => {});
        return mine;
      },
    });
    const other = openBench(provider, bench.sandbox);
    const sends = [bench, other].map((process) => send(process, { mailbox: inProcess(), mail: prepareMail(mailbox) }));
    const outcomes = (await Promise.all(sends)).map(({ result }) => result.outcome);
    await other.upstreams.close();
    assert.deepEqual(outcomes, ['accepted', 'accepted']);
    assert.equal(row.saves, 1);
  });

  test(say('a lock that fails is thrown on, and nothing is sent'), async () => {
    const mailbox = await connectWithOldToken();
    const mail = prepareMail(mailbox);
    const away = new Error('the database is away');
    const refreshAlone = async () => {
      throw away;
    };
    await assert.rejects(send(bench, { mailbox: { ...mailbox, refreshAlone }, mail }), (error) => error === away);
    assert.deepEqual(await inbox(mail.recipient), []);
  });

  test(say('a refused token is refreshed and the mail tried once more, announced once'), async () => {
    const mailbox = await connectMailbox(bench);
    const mail = prepareMail(mailbox);
    const happen = [{ provider, account: mailbox.address, event: 'tokens_expired' }];
    await bench.sandbox.knobs({ happen });
    // The next token must be younger than that event.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { result, announced } = await send(bench, { mailbox, mail });
    assert.deepEqual([result.outcome, announced], ['accepted', 1]);
    assert.equal(mailbox.saved.length, 1);
    assert.equal((await inbox(mail.recipient)).length, 1);
  });

  test(
    say('a fresh token that is refused as well rests the account: an incident of theirs closes no mailbox'),
    async () => {
      const mailbox = await connectMailbox(bench);
      await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, times: 3, status: 401 });
      const { result } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
      assert.partialDeepStrictEqual(result, {
        outcome: 'deferred',
        code: 'upstream.token_refused',
        scope: 'account',
        status: 401,
      });
      assert.equal(await bench.sandbox.faultsLeft(mailbox.address), 1, 'tried twice');
    },
  );

  test(say('a dead refresh token is auth_lost, before any byte'), async () => {
    const mailbox = await connectWithOldToken();
    const happen = [{ provider, account: mailbox.address, event: 'access_revoked' }];
    await bench.sandbox.knobs({ happen });
    const { result, announced } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
    assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'upstream.auth_lost' });
    assert.equal(announced, 0);
  });

  test(say('a quiet mailbox is renewed without sending, and a dead one is told before any mail is'), async () => {
    const mailbox = await connectWithOldToken();
    const refresh = () => bench.transport.refresh!({ mailbox, signal: AbortSignal.timeout(30_000) });
    assert.deepEqual(await refresh(), { outcome: 'refreshed' });
    assert.equal(mailbox.saved.length, 1);
    const dead = await connectWithOldToken();
    await bench.sandbox.knobs({ happen: [{ provider, account: dead.address, event: 'access_revoked' }] });
    const result = await bench.transport.refresh!({ mailbox: dead, signal: AbortSignal.timeout(30_000) });
    assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'upstream.auth_lost' });
    const foreign = { ...mailbox, environment: 'live' as const };
    const other = await bench.transport.refresh!({ mailbox: foreign, signal: AbortSignal.timeout(30_000) });
    assert.partialDeepStrictEqual(other, { outcome: 'auth_lost', code: 'upstream.environment' });
  });

  test(say('reconnecting after that works at once'), async () => {
    const mailbox = await connectWithOldToken();
    const happen = [{ provider, account: mailbox.address, event: 'access_revoked' }];
    await bench.sandbox.knobs({ happen });
    await send(bench, { mailbox, mail: prepareMail(mailbox) });
    const { secret } = await connectMailbox(bench, mailbox.address);
    const reconnected = { ...mailbox, secret };
    const { result } = await send(bench, { mailbox: reconnected, mail: prepareMail(reconnected) });
    assert.equal(result.outcome, 'accepted');
  });

  test(say('a secret that cannot be read is auth_lost'), async () => {
    const mailbox = await connectMailbox(bench);
    for (const secret of ['', '{}', 'null', '{"v":1}']) {
      const { result } = await send(bench, {
        mailbox: { ...mailbox, id: `x${secret}`, secret },
        mail: prepareMail(mailbox),
      });
      assert.equal(result.outcome, 'auth_lost', secret);
    }
  });

  test(say('a missing permission is told as such'), async () => {
    const mailbox = await connectMailbox(bench);
    await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, ...options.scopeFault });
    const { result } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
    assert.partialDeepStrictEqual(result, { outcome: 'auth_lost', code: 'upstream.scope_missing', status: 403 });
  });

  test(say('our own client secret is the operator’s alarm and never marks the mailbox'), async () => {
    const mailbox = await connectWithOldToken();
    await bench.sandbox.knobs({ clientSecret: 'expired' });
    const { result, announced } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
    await bench.sandbox.knobs({ clientSecret: 'valid' });
    assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'upstream.client_secret', scope: 'account' });
    assert.equal(announced, 0);
    assert.equal((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result.outcome, 'accepted');
  });

  test(say('a token endpoint that fails for a while defers the account'), async () => {
    for (const fault of [
      { status: 503, body: '<html>busy</html>', headers: { 'retry-after': '30' } },
      { drop: true },
    ]) {
      const mailbox = await connectWithOldToken();
      await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, times: 2, ...fault });
      const { result, announced } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
      assert.partialDeepStrictEqual(result, { outcome: 'deferred', code: 'upstream.unavailable', scope: 'account' });
      assert.equal(announced, 0);
      if (fault.status) assert.partialDeepStrictEqual(result, { retryAfterMs: 30_000 });
      assert.equal(await bench.sandbox.faultsLeft(mailbox.address), 1, 'tried once');
    }
  });

  test(say('what a gateway answers in the token endpoint’s place is never a lost permission'), async () => {
    const page = '<html><h1>Proxy</h1></html>';
    const html = { 'content-type': 'text/html' };
    for (const fault of [
      ...[502, 503, 407, 400, 401, 403, 404, 200].map((status) => ({ status, body: page, headers: html })),
      ...[502, 200, 401].map((status) => ({ status, body: '' })),
      { status: 200, body: {} },
      { status: 200, body: { message: 'Bad Gateway' } },
      { status: 200, body: '"ok"', headers: { 'content-type': 'application/json' } },
      { status: 407, body: { error: 'access_denied' } },
      { status: 502, body: { error: 'invalid_grant' } },
      { status: 400, body: { error: 'Bad Request' } },
    ]) {
      const named = JSON.stringify(fault);
      const mailbox = await connectWithOldToken();
      await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, ...fault });
      const { result, announced } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
      assert.partialDeepStrictEqual(
        result,
        { outcome: 'deferred', code: 'upstream.unavailable', scope: 'account' },
        named,
      );
      assert.deepEqual([announced, mailbox.saved], [0, []], named);
      // Asked once more at once: a library that pauses after such an answer says no more than that.
      const { result: next } = await send(bench, { mailbox, mail: prepareMail(mailbox) });
      if (next.outcome !== 'accepted') assert.partialDeepStrictEqual(next, { code: 'upstream.unavailable' }, named);
      const later = { ...mailbox, id: `later ${mailbox.id}` };
      assert.equal((await send(bench, { mailbox: later, mail: prepareMail(later) })).result.outcome, 'accepted', named);
    }
  });

  test(say('one mailbox’s failing token calls do not stop another’s'), async () => {
    const [first, second] = [await connectWithOldToken(), await connectWithOldToken()];
    await bench.sandbox.fault({
      call: 'refresh',
      mailbox: first.address,
      status: 429,
      headers: { 'retry-after': '60' },
    });
    assert.equal((await send(bench, { mailbox: first, mail: prepareMail(first) })).result.outcome, 'deferred');
    assert.equal((await send(bench, { mailbox: second, mail: prepareMail(second) })).result.outcome, 'accepted');
  });

  test(say('nothing that came back of all this holds a secret'), () => {
    assert.ok(bench.seen.length > 10);
    assert.doesNotMatch(showAll(bench.seen), /sandbox-(at|rt|code)\.|secret-of-the/);
  });
}
