import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, mailText, movableClock, readBox, useSandbox } from './sandbox-harness.ts';

const OWNER = 'owner@outlook.com';
const FRIEND = 'friend@example.jp';
const MINUTE = 60_000;

async function useDrain(t: TestContext) {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  assert.equal((await box.postJson('/knobs', { exchangePerMinute: 2 })).status, 200);
  const { access_token } = await connect(box, 'microsoft', OWNER);
  const send = async (to = FRIEND) => {
    const response = await fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
      body: Buffer.from(mailText(OWNER, to)).toString('base64'),
    });
    return response.status;
  };
  const count = async (address: string, name: 'sent' | 'inbox') => (await readBox(box, address, name)).length;
  return { clock, box, send, count };
}

test('what is over the mails of a minute is accepted all the same, saved at once, and arrives in the minutes that follow', async (t) => {
  const { clock, box, send, count } = await useDrain(t);
  for (let n = 0; n < 5; n++) assert.equal(await send(), 202);
  assert.deepEqual([await count(OWNER, 'sent'), await count(FRIEND, 'inbox')], [5, 2]);
  assert.match(await (await box.get('/')).text(), /friend@example\.jp/);
  clock.forward(MINUTE);
  assert.equal(await count(FRIEND, 'inbox'), 4);
  // One place of that minute's is taken, so that one more goes with it.
  clock.forward(MINUTE);
  assert.equal(await count(FRIEND, 'inbox'), 5);
  await send();
  assert.equal(await count(FRIEND, 'inbox'), 6);
  await send();
  assert.equal(await count(FRIEND, 'inbox'), 6);
  const [newest] = await readBox(box, FRIEND, 'inbox');
  assert.ok(Math.abs(Date.parse(newest!.at) - clock.now()) < MINUTE);
  await box.postJson('/knobs', { exchangePerMinute: 0 });
  await send();
  assert.equal(await count(FRIEND, 'inbox'), 7);
});

test('a report of a mail that waited comes when the mail went, and mail of another mailbox waits for nobody', async (t) => {
  const { clock, box, send, count } = await useDrain(t);
  await box.postJson('/knobs', { bounces: ['nobody@example.jp'] });
  for (let n = 0; n < 2; n++) await send();
  await send('nobody@example.jp');
  assert.equal(await count(OWNER, 'inbox'), 0);
  const other = await connect(box, 'google', 'home@gmail.com');
  const response = await fetch(`${box.origin}/google/gmail/v1/users/me/messages/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${other.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ raw: Buffer.from(mailText('home@gmail.com', FRIEND)).toString('base64url') }),
  });
  assert.equal(response.status, 200);
  assert.equal(await count(FRIEND, 'inbox'), 3);
  clock.forward(MINUTE);
  assert.equal(await count(OWNER, 'inbox'), 1);
});

test('a day has so many recipients, by Graph and drafts together; a mail over it is refused whole, and goes when the window has slid', async (t) => {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  let { access_token } = await connect(box, 'microsoft', OWNER);
  await box.postJson('/knobs', { exchangeRecipientsPerDay: 5 });
  const send = async (...to: string[]) => {
    const response = await fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ message: { toRecipients: to.map((address) => ({ emailAddress: { address } })) } }),
    });
    const text = await response.text();
    return [response.status, text && (JSON.parse(text) as { error: { code: string } }).error.code];
  };
  const three = ['a@example.jp', 'b@example.jp', 'c@example.jp'];
  assert.deepEqual(await send(...three), [202, '']);
  assert.deepEqual(await send(...three), [429, 'ErrorExceededMaxRecipientLimit']);
  assert.deepEqual(await send('a@example.jp', 'b@example.jp'), [202, ''], 'what was refused is not counted');
  assert.deepEqual(await send('a@example.jp'), [429, 'ErrorExceededMaxRecipientLimit']);
  const other = await connect(box, 'google', 'home@gmail.com');
  const gmail = await fetch(`${box.origin}/google/gmail/v1/users/me/messages/send`, {
    method: 'POST',
    headers: { authorization: `Bearer ${other.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ raw: Buffer.from(mailText('home@gmail.com', three.join(', '))).toString('base64url') }),
  });
  assert.equal(gmail.status, 200, 'another provider’s mailbox');
  clock.forward(25 * 60 * MINUTE);
  ({ access_token } = await connect(box, 'microsoft', OWNER));
  assert.deepEqual(await send(...three), [202, '']);
});
