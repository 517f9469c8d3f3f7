import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectMailbox, prepareMail, send, useBench } from './contract-harness.ts';
import { tokenContract } from './token-contract.ts';
import { transportContract } from './transport-contract.ts';

transportContract('google', { largeBytes: 20_000_000 });
tokenContract('google', {
  scopeFault: {
    status: 403,
    body: { error: { code: 403, errors: [{ reason: 'insufficientPermissions' }], message: 'Insufficient Permission' } },
  },
});

const bench = useBench('google');

test('google: a send-as address stays in From, and another is silently the account’s own', async () => {
  const mailbox = await connectMailbox(bench);
  await bench.sandbox.knobs({ accounts: { [mailbox.address]: { aliases: ['alerts@firm.example'] } } });
  const as = async (address: string) => {
    const mail = prepareMail({ ...mailbox, address });
    const { result } = await send(bench, { mailbox, sender: { address, kind: 'alias' }, mail });
    assert.equal(result.outcome, 'accepted');
    return (await bench.sandbox.box(mail.recipient, 'inbox'))[0]?.from;
  };
  assert.deepEqual(
    [await as('alerts@firm.example'), await as('ceo@firm.example')],
    ['alerts@firm.example', mailbox.address],
  );
});
