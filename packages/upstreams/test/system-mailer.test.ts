import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { createSystemMailer } from '../src/smtp/system-mailer.ts';

const received: string[] = [];
/** Answers every line of a plain SMTP dialogue; offers neither TLS nor AUTH. */
const sink = createServer((socket) => {
  let isData = false;
  let text = '';
  socket.write('220 sink\r\n');
  socket.on('data', (chunk) => {
    text += chunk.toString();
    for (;;) {
      const end = isData ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
      if (end < 0) return;
      const part = text.slice(0, end);
      text = text.slice(end + (isData ? 5 : 2));
      received.push(part);
      const wasData = isData;
      isData = !isData && part === 'DATA';
      const isRefused = !wasData && part === 'STARTTLS';
      socket.write(
        isRefused ? '502 no\r\n' : isData ? '354 go on\r\n' : wasData || part !== 'QUIT' ? '250 ok\r\n' : '221 bye\r\n',
      );
    }
  });
  socket.on('error', () => {});
});
let port = 0;

before(async () => {
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  const address = sink.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
after(() => sink.close());

test('a mail goes to the one address that it is for, from the sender of the setting', async () => {
  const mailer = createSystemMailer({
    url: `smtp://127.0.0.1:${port}?from=relay@example.org`,
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
  const mailer = createSystemMailer({ url: `smtp://127.0.0.1:${port}`, fallbackFrom: 'relay@example.org' });
  received.length = 0;
  await mailer.send({ to: 'a@example.com, b@example.com', subject: 's', text: 't' }).catch(() => {});
  mailer.close();
  assert.ok(received.filter((line) => line.startsWith('RCPT')).length <= 1);
});

test('a password is never sent in plain text', async () => {
  const mailer = createSystemMailer({ url: `smtp://user:secret@127.0.0.1:${port}`, fallbackFrom: 'relay@example.org' });
  received.length = 0;
  await assert.rejects(mailer.send({ to: 'owner@example.com', subject: 's', text: 't' }));
  mailer.close();
  assert.equal(
    received.some((line) => line.startsWith('AUTH')),
    false,
  );
});
