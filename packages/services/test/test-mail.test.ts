import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceTestWords, mailboxTestWords } from '../src/own-mail/test-mail.ts';

test('a test mail says in Japanese and English what it proves, and names what it is of', () => {
  const device = deviceTestWords('玄関', 'https://relay.example/arrived#token=1');
  assert.match(device.text, /「玄関」[\s\S]*the way from Hikyaku to you works/);
  assert.match(device.subject, /テスト送信 \/ Test: 玄関/);
  const mailbox = mailboxTestWords('home@outlook.example', 'https://relay.example/arrived#token=1');
  assert.match(mailbox.text, /このアカウントから送信できます[\s\S]*Hikyaku can send from this mailbox/);
  assert.match(mailbox.subject, /home@outlook\.example/);
  // On a line of its own, where every mail program makes a link of it.
  for (const { text } of [device, mailbox]) {
    assert.equal(text.split('\n').filter((line) => line === 'https://relay.example/arrived#token=1').length, 2);
  }
});
