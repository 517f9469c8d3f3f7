import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prepareMail, scanHeader } from '../src/index.ts';
import { collect, prepareInput } from './mail-samples.ts';
import { readWithPython } from './python-reader.ts';

/** Everything that a header line may be called when `input` is the device's own header. */
const OURS = new Set(
  (
    'received from reply-to x-device-from to bcc subject date x-device-date message-id x-device-message-id x-relay-device ' +
    'mime-version content-type content-transfer-encoding content-disposition'
  ).split(' '),
);
const ONCE = [
  'from',
  'to',
  'bcc',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'reply-to',
  'content-type',
  'x-relay-device',
];

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        '\0',
        '\u0085',
        '\u2028',
        'Bcc: evil@x.example',
        ': ',
        ' ',
        '\t',
        '=?utf-8?q?=0d=0aBcc:_evil@x.example?=',
        '<',
        '>',
        ',',
        ';',
        '"',
        '\\',
        '(',
        '@',
        '\x1b$B',
        'é',
        '玄',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const field = fc.tuple(
  fc.constantFrom(
    'Subject',
    'From',
    'To',
    'Cc',
    'Date',
    'Message-ID',
    'Content-Type',
    'Content-Disposition',
    'Reply-To',
    'X-Any',
    'Received',
    '',
  ),
  nasty,
);
const content = fc
  .tuple(fc.array(field, { maxLength: 8 }), fc.constantFrom('utf8', 'latin1'))
  .map(([fields, encoding]) =>
    Buffer.from(
      `${fields.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\nbody\r\n`,
      encoding as BufferEncoding,
    ),
  );
const texts = fc.record({
  name: nasty,
  deviceName: nasty,
  prefix: nasty,
  queueId: nasty,
  receivedBy: nasty,
  receivedFrom: nasty,
  id: nasty,
  address: nasty,
});

const prepareNasty = async ([head, text]: [
  Buffer,
  { [key in 'name' | 'deviceName' | 'prefix' | 'queueId' | 'receivedBy' | 'receivedFrom' | 'id' | 'address']: string },
]) => {
  const prepared = await prepareMail(
    prepareInput(head, {
      from: { address: `owner${text.address}@outlook.com`, name: text.name },
      deviceName: text.deviceName,
      subjectPrefix: text.prefix,
      queueId: text.queueId,
      receivedBy: text.receivedBy,
      receivedFrom: text.receivedFrom,
      messageIdHeader: `<a${text.id}@b>`,
      charset: 'ja',
      recipients: ['ops@example.jp', 'hidden@example.jp'],
    }),
  );
  return collect(prepared.open());
};

test('no text from device, owner or envelope can make, end or double a header line', async () => {
  await fc.assert(
    fc.asyncProperty(content, texts, async (head, text) => {
      const raw = (await prepareNasty([head, text])).toString('latin1');
      const header = raw.slice(0, raw.indexOf('\r\n\r\n') + 2);
      assert.match(header, /^[\t\x20-\x7e\r\n]*$/, 'printable ASCII only');
      assert.doesNotMatch(header, /\r(?!\n)|(?<!\r)\n/, 'CRLF only');
      assert.doesNotMatch(header, /^[ \t]+\r$/m, 'no line of blanks');
      assert.ok(header.split('\r\n').every((line) => line.length <= 998));
      const device = new Set(scanHeader(head, 'eof').fields.map(({ name }) => name));
      const names = header
        .replace(/\r\n[ \t]/g, ' ')
        .split('\r\n')
        .slice(0, -1)
        .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
      for (const name of names) assert.ok(OURS.has(name) || device.has(name), name);
      for (const name of ONCE) assert.ok(names.filter((other) => other === name).length <= 1, name);
    }),
    { numRuns: 500 },
  );
});

test('to another hand’s parser too, the mail goes to the envelope’s recipients alone and comes from the mailbox', async () => {
  const samples = fc.sample(fc.tuple(content, texts), { numRuns: 300, seed: 5 });
  const mails = await Promise.all(samples.map(prepareNasty));
  for (const [index, reading] of readWithPython(mails).entries()) {
    const { to, cc, bcc, from } = reading.addresses;
    const sample = `${samples[index]![0].toString('latin1')} ${JSON.stringify(samples[index]![1])}`;
    assert.deepEqual([...to!, ...bcc!].sort(), ['hidden@example.jp', 'ops@example.jp'], sample);
    assert.deepEqual(cc, []);
    assert.equal(from!.length, 1, sample);
    assert.match(from![0]!, /^owner.*@outlook\.com$/, sample);
    assert.ok(!reading.fromName.includes('@'), sample);
  }
});
