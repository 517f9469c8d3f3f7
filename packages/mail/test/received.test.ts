import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOwnReceived } from '../src/index.ts';
import { mail, prepare } from './mail-samples.ts';

test('our Received header comes first and names queue id, instance and time, not the client', async () => {
  const { head } = await prepare(mail('Received: from x by y; z\nSubject: a\n\nb'));
  assert.ok(
    head.startsWith(
      'Received: from device by relay.example (Hikyaku)\r\n with ESMTP id QUEUEID;\r\n Fri, 20 Nov 2026 00:30:00 +0000\r\nReceived: from x by y; z\r\n',
    ),
    head,
  );
});

test('each pass through this instance is counted, those through others are not', async () => {
  let content = mail('Received: from a by relay.example.evil (Hikyaku) with ESMTP\nSubject: a\n\nb');
  for (let passes = 0; passes <= 4; passes++) {
    assert.equal(countOwnReceived(content, 'relay.example'), passes);
    content = (await prepare(content)).raw;
  }
  assert.equal(countOwnReceived(content, 'RELAY.EXAMPLE'), 5);
  assert.equal(countOwnReceived(content, 'other.example'), 0);
});
