import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectedMailbox } from '@hikyaku/core';
import { createTokenKeeper, type TokenSource } from '../src/sending/token-keeper.ts';

function makeMailbox(): { mailbox: ConnectedMailbox; open: () => TokenSource; refreshes: () => number } {
  let token = 'token 1';
  let count = 0;
  const mailbox: ConnectedMailbox = {
    id: 'mailbox',
    provider: 'microsoft',
    environment: 'sandbox',
    accountKey: 'microsoft:tid:oid',
    address: 'box@example.jp',
    secret: 'secret',
    saveSecret: async () => {},
  };
  const open = (): TokenSource => ({
    present: async (refused) => (token === refused ? undefined : token),
    async refresh() {
      count += 1;
      token = `token ${count + 1}`;
      return token;
    },
    secret: () => 'secret',
  });
  return { mailbox, open, refreshes: () => count };
}

test('a refused token is never given out again, however many others ask at the same moment', async () => {
  const { mailbox, open, refreshes } = makeMailbox();
  const keeper = createTokenKeeper(open);
  const others: Promise<string>[] = [];
  // Sends that begin between any two steps of the refused one.
  const beginOthers = (left: number): void => {
    others.push(keeper.accessToken(mailbox));
    if (left > 0) queueMicrotask(() => beginOthers(left - 1));
  };
  const refused = [
    keeper.accessToken(mailbox, { token: 'token 1' }),
    keeper.accessToken(mailbox, { token: 'token 1' }),
  ];
  beginOthers(100);
  assert.deepEqual(await Promise.all(refused), ['token 2', 'token 2']);
  await Promise.all(others);
  assert.equal(refreshes(), 1);
});

test('what the provider wants to see in the next token reaches the refresh', async () => {
  const { mailbox, open } = makeMailbox();
  const asked: unknown[] = [];
  const keeper = createTokenKeeper(() => {
    const source = open();
    return {
      ...source,
      refresh: (claims) => {
        asked.push(claims);
        return source.refresh();
      },
    };
  });
  assert.equal(await keeper.accessToken(mailbox), 'token 1');
  assert.equal(await keeper.accessToken(mailbox, { token: 'token 1', claims: '{"a":1}' }), 'token 2');
  assert.equal(await keeper.accessToken(mailbox, { token: 'token 2' }), 'token 3');
  assert.deepEqual(asked, ['{"a":1}', undefined]);
});
