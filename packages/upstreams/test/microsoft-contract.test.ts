import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectMailbox, prepareMail, send, useBench } from './contract-harness.ts';
import { tokenContract } from './token-contract.ts';
import { transportContract } from './transport-contract.ts';

// Graph's limit itself: 4 MiB of base64.
transportContract('microsoft', { largeBytes: 3_145_728 });
tokenContract('microsoft', { scopeFault: { preset: 'ErrorAccessDenied' } });

const bench = useBench('microsoft');

test('microsoft: a claims challenge is answered with a new token, and only a refused refresh closes the mailbox', async () => {
  const challenge = { call: 'send', preset: 'insufficient_claims' };
  const mailbox = await connectMailbox(bench);
  await bench.sandbox.fault({ ...challenge, mailbox: mailbox.address });
  assert.equal((await send(bench, { mailbox, mail: prepareMail(mailbox) })).result.outcome, 'accepted');
  assert.equal(mailbox.saved.length, 1, 'refreshed');

  await bench.sandbox.fault({ ...challenge, mailbox: mailbox.address, times: 2 });
  const again = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(again, { outcome: 'deferred', code: 'upstream.token_refused', scope: 'account' });

  await bench.sandbox.fault({ ...challenge, mailbox: mailbox.address });
  await bench.sandbox.fault({ call: 'refresh', mailbox: mailbox.address, preset: 'AADSTS50076' });
  const refused = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(refused, { outcome: 'auth_lost', code: 'upstream.auth_lost' });
});

test('microsoft: a gateway’s 400 is tried again, and a personal account to be verified is held', async () => {
  const mailbox = await connectMailbox(bench);
  await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, preset: 'gatewayBadRequest' });
  const first = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(first, { outcome: 'deferred', code: 'upstream.unavailable' });
  await bench.sandbox.fault({ call: 'send', mailbox: mailbox.address, preset: 'ErrorAccountSuspend' });
  const second = (await send(bench, { mailbox, mail: prepareMail(mailbox) })).result;
  assert.partialDeepStrictEqual(second, { outcome: 'auth_lost', code: 'upstream.account_blocked' });
});
