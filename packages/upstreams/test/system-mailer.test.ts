import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type MailSink, openMailSink } from '@hikyaku/testing';
import { createSystemMailer } from '../src/smtp/system-mailer.ts';

let sink: MailSink;
let received: string[];
let address: string;

before(async () => {
  sink = await openMailSink();
  received = sink.parts;
  address = new URL(sink.url).host;
});
after(() => sink.close());

test('a mail goes to the one address that it is for, from the sender of the setting', async () => {
  const mailer = createSystemMailer({
    url: `smtp://${address}?from=relay@example.org`,
    fallbackFrom: 'x@y.example',
  });
  received.length = 0;
  await mailer.send({ to: 'owner@example.com', subject: '確認 / Confirm', text: 'https://relay.example/verify\n' });
  mailer.close();
  assert.ok(received.some((line) => line.startsWith('MAIL FROM:<relay@example.org>')));
  assert.deepEqual(
    received.filter((line) => line.startsWith('RCPT')),
    ['RCPT TO:<owner@example.com>'],
  );
});

test('an address that holds another one is never two recipients', async () => {
  const mailer = createSystemMailer({ url: `smtp://${address}`, fallbackFrom: 'relay@example.org' });
  received.length = 0;
  await mailer.send({ to: 'a@example.com, b@example.com', subject: 's', text: 't' }).catch(() => {});
  mailer.close();
  assert.ok(received.filter((line) => line.startsWith('RCPT')).length <= 1);
});

test('a password is never sent in plain text', async () => {
  const mailer = createSystemMailer({ url: `smtp://user:secret@${address}`, fallbackFrom: 'relay@example.org' });
  received.length = 0;
  await assert.rejects(mailer.send({ to: 'owner@example.com', subject: 's', text: 't' }));
  mailer.close();
  assert.equal(
    received.some((line) => line.startsWith('AUTH')),
    false,
  );
});
