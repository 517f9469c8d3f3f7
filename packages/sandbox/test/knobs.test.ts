import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorizePath, connect, mailText, readBox, type TestSandbox, useSandbox } from './sandbox-harness.ts';

const OWNER = 'owner@outlook.com';
const FRIEND = 'friend@example.jp';

async function sender(box: TestSandbox, address = OWNER) {
  const { access_token } = await connect(box, 'microsoft', address);
  return () =>
    fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
      body: Buffer.from(mailText(address, FRIEND)).toString('base64'),
    });
}

test('a fault answers as often as told, for its mailbox only, and nothing is stored', async (t) => {
  const box = await useSandbox(t);
  const send = await sender(box);
  const other = await sender(box, 'other@outlook.com');
  const fault = {
    call: 'send',
    mailbox: OWNER,
    times: 2,
    status: 503,
    headers: { 'retry-after': '7' },
    body: { a: 1 },
  };
  await box.postJson('/knobs', { faults: [fault] });
  assert.equal((await other()).status, 202);
  const first = await send();
  assert.deepEqual([first.status, first.headers.get('retry-after'), await first.json()], [503, '7', { a: 1 }]);
  assert.equal((await send()).status, 503);
  assert.equal((await send()).status, 202);
  assert.equal((await readBox(box, OWNER, 'sent')).length, 1);
});

test('a fault after accepting stores the mail and then answers otherwise', async (t) => {
  const box = await useSandbox(t);
  const send = await sender(box);
  await box.postJson('/knobs', { faults: [{ call: 'send', after: 'accepting', preset: 'GraphGatewayTimeout' }] });
  assert.equal((await send()).status, 504);
  assert.equal((await readBox(box, FRIEND, 'inbox')).length, 1);
});

test('a dropped connection is an error for the caller, before or after accepting', async (t) => {
  const box = await useSandbox(t);
  const send = await sender(box);
  await box.postJson('/knobs', { faults: [{ call: 'send', drop: true }] });
  await assert.rejects(send());
  assert.equal((await readBox(box, FRIEND, 'inbox')).length, 0);
  await box.postJson('/knobs', { faults: [{ call: 'send', after: 'accepting', drop: true }] });
  await assert.rejects(send());
  assert.equal((await readBox(box, FRIEND, 'inbox')).length, 1);
});

test('an empty list clears waiting faults', async (t) => {
  const box = await useSandbox(t);
  const send = await sender(box);
  await box.postJson('/knobs', { faults: [{ call: 'send', times: null, status: 500 }] });
  assert.equal((await send()).status, 500);
  await box.postJson('/knobs', { faults: [] });
  assert.equal((await send()).status, 202);
});

test('unknown knobs and values are refused by name', async (t) => {
  const box = await useSandbox(t);
  for (const body of [{ consnet: 'auto' }, { consent: 'never' }, { faults: [{ call: 'sned' }] }, [], 7]) {
    assert.equal((await box.postJson('/knobs', body)).status, 400, JSON.stringify(body));
  }
});

test('consent is asked by default, given globally or by account by knob', async (t) => {
  const box = await useSandbox(t);
  const status = async (address: string) => (await box.get(authorizePath('microsoft', { login_hint: address }))).status;
  assert.equal(await status('a@b.example'), 200);
  await box.postJson('/knobs', { consent: 'auto', accounts: { 'c@b.example': { consent: 'ask' } } });
  assert.equal(await status('a@b.example'), 302);
  assert.equal(await status('c@b.example'), 200);
});

test('mail to a bouncing address comes back as a report to the sender', async (t) => {
  const box = await useSandbox(t);
  const send = await sender(box);
  await box.postJson('/knobs', { bounces: [FRIEND] });
  assert.equal((await send()).status, 202);
  assert.deepEqual(await readBox(box, FRIEND, 'inbox'), []);
  const [report] = await readBox(box, OWNER, 'inbox');
  assert.match(Buffer.from(report!.raw, 'base64').toString(), /Final-Recipient: rfc822; friend@example\.jp/);
});

test('a reset forgets mails, grants and knobs', async (t) => {
  const box = await useSandbox(t);
  const send = await sender(box);
  await send();
  await box.postJson('/knobs', { consent: 'auto' });
  assert.equal((await box.postForm('/reset', {})).status, 415);
  assert.equal((await fetch(`${box.origin}/reset`, { method: 'POST' })).status, 200);
  assert.deepEqual(await readBox(box, OWNER, 'sent'), []);
  assert.equal((await send()).status, 401);
  assert.equal(((await (await box.get('/knobs')).json()) as { consent: string }).consent, 'ask');
});
