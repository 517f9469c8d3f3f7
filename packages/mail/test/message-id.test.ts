import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseMessageId, scanHeader } from '../src/index.ts';
import { mail, prepare, readFixture } from './mail-samples.ts';

const choose = (id: string) => chooseMessageId(mail(`Message-ID: ${id}\n\n`), 'mail.local', 'QUEUEID');
const OURS = '<QUEUEID@mail.local>';

test('M1: a well-formed Message-ID of the device stays', () => {
  for (const id of [
    '<20261120091542.0001@cam.example>',
    '<176370000000.1234.5678@localhost.example>',
    '<a.b-c_d.0123456789@XC-B8C463>',
  ]) {
    assert.equal(choose(id), id);
  }
});

test('M1: missing, without brackets, with an address literal, or no id at all: ours', () => {
  assert.equal(chooseMessageId(mail('Subject: x\n\n'), 'mail.local', 'QUEUEID'), OURS);
  for (const id of [
    '',
    '20261223102746',
    '<20261120091542.XC@[192.168.1.21]>',
    '<20261120091542@192.168.1.21>',
    '<20261120091542@localhost>',
  ]) {
    assert.equal(choose(id), OURS, id);
  }
  for (const id of [
    '<1@cam.example>',
    '<two words0000@cam.example>',
    '<a@b@c.example>',
    '<玄関00000000@cam.example>',
    `<${'x'.repeat(300)}@cam.example>`,
  ]) {
    assert.equal(choose(id), OURS, id);
  }
  for (const number of ['01', '03', '04', '05', '06', '08', '09', '12']) {
    assert.equal(chooseMessageId(readFixture(number), 'mail.local', 'QUEUEID'), OURS, number);
  }
});

test('an id that the device has used before is ours the second time', () => {
  const header = scanHeader(mail('Message-ID: <20261120091542.0001@cam.example>\n\n'));
  assert.equal(
    chooseMessageId(header, 'mail.local', 'QUEUEID', () => true),
    OURS,
  );
});

test('a chosen id has brackets and no blank, whatever came in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.string(), (value, domain) => {
      const head = Buffer.concat([Buffer.from('Message-ID: '), Buffer.from(value), Buffer.from('\r\n\r\n')]);
      assert.match(chooseMessageId(head, domain, 'QUEUEID'), /^<[!-~]+@[!-~]+>$/);
    }),
  );
});

test('the id given at acceptance is the one that leaves; the device’s own is kept beside it', async () => {
  const own = await prepare(mail('Message-ID: 20261223102746\n\nx'), { messageIdHeader: OURS });
  assert.deepEqual(own.all('message-id'), [OURS]);
  assert.equal(own.one('x-device-message-id'), '20261223102746');
  const same = await prepare(mail('Message-ID: <20261120091542.0001@cam.example>\n\nx'), {
    messageIdHeader: '<20261120091542.0001@cam.example>',
  });
  assert.deepEqual(same.all('message-id'), ['<20261120091542.0001@cam.example>']);
  assert.equal(same.one('x-device-message-id'), undefined);
  assert.ok(same.changes.every((change) => !change.startsWith('message_id')));
});
