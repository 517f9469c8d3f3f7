import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prepareMail } from '../src/index.ts';
import { base64Run } from '../src/parts/base64-run.ts';
import { collect, inChunks, prepareInput } from './mail-samples.ts';

const LINES = 300;
const row = (lines: number): string => `${'Ab+/'.repeat(19)}\r\n`.repeat(lines);
const MAIL = Buffer.from(
  `Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n${row(LINES)}--b--\r\n`,
);
const START = MAIL.indexOf('Ab+/');

test('a row of base64 ends where a line is another one', () => {
  assert.equal(base64Run(row(LINES), 0, 78), LINES * 78);
  assert.equal(base64Run(`${row(40)}--b\r\n${row(40)}`, 0, 78), 40 * 78);
  assert.equal(base64Run(row(15), 0, 78), 0, 'as quick one by one');
  assert.equal(base64Run(row(LINES), 0, 76), 0, 'another width');
  assert.equal(base64Run(`${'Door is open now'.repeat(4)}\r\n`.repeat(40), 0, 66), 0, 'prose');
  const dashed = `${`--${'b'.repeat(74)}\r\n`}`;
  assert.equal(base64Run(row(20) + dashed + row(20), 0, 78), 20 * 78, 'a delimiter as long as a line');
});

const DAMAGE: [name: string, damage: (mail: Buffer, at: number) => Buffer][] = [
  ...['\n', '\r', '\0', '=', ' ', '-', '\xff', '.'].map((char): (typeof DAMAGE)[number] => [
    `${JSON.stringify(char)} in place of a letter`,
    (mail, at) => Buffer.concat([mail.subarray(0, at), Buffer.from(char, 'latin1'), mail.subarray(at + 1)]),
  ]),
  ['a lost byte', (mail, at) => Buffer.concat([mail.subarray(0, at), mail.subarray(at + 1)])],
  [
    'a delimiter with the width of a line',
    (mail, at) => {
      const line = START + Math.floor((at - START) / 78) * 78;
      const delimiter = Buffer.from(`\r\n--b\r\n\r\n${'x'.repeat(67)}\r\n`);
      return Buffer.concat([mail.subarray(0, line), delimiter.subarray(0, 78), mail.subarray(line + 78)]);
    },
  ],
];

for (const [name, damage] of DAMAGE)
  test(`${name} among base64 is told the same in one piece and in small ones, wherever it is`, async () => {
    for (const line of [0, 17, 128, 299])
      for (const column of [0, 40, 75, 76, 77]) {
        const content = damage(MAIL, START + line * 78 + column);
        const readings = [100_000, 1100].map(async (size) => {
          const mail = await prepareMail(
            prepareInput(content, { source: () => inChunks(content, size), plainBytes: 10_000_000 }),
          );
          return { changes: mail.changes, sizeBytes: mail.sizeBytes, bytes: await collect(mail.open()) };
        });
        const [whole, small] = await Promise.all(readings);
        assert.deepEqual(whole, small, `line ${line}, column ${column}`);
      }
  });
