import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { createMailSurvey } from '../src/index.ts';
import { isClean, repairedSize, repairLines } from '../src/line-ends.ts';
import { collect, inChunks, prepare } from './mail-samples.ts';

const survey = (content: Buffer, size: number) => {
  const survey = createMailSurvey(null);
  survey.push(Buffer.from('Subject: x\r\n\r\n'));
  for (let at = 0; at < content.length; at += size) survey.push(content.subarray(at, at + size));
  return survey.end().body.lines;
};
const text = fc
  .array(fc.constantFrom('a', '\r', '\n', '\r\n', '.', 'é'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join('')));
const size = fc.integer({ min: 1, max: 9 });

test('D1, D4: LF, CR and CRLF all leave as CRLF, and the last line ends, wherever the chunks are cut', async () => {
  await fc.assert(
    fc.asyncProperty(text, size, async (content, chunk) => {
      let expected = content.toString('latin1').replace(/\r+\n|\r|\n/g, '\r\n');
      if (expected && !expected.endsWith('\n')) expected += '\r\n';
      const repaired = await collect(repairLines(inChunks(content, chunk)));
      assert.equal(repaired.toString('latin1'), expected);
      const lines = survey(content, chunk);
      assert.equal(repairedSize(lines), lines.bareCr > 0 ? null : expected.length);
      assert.equal(isClean(lines), expected === content.toString('latin1'));
    }),
  );
});

test('repairing what was repaired changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(text, size, async (content, chunk) => {
      const once = await collect(repairLines(inChunks(content, chunk)));
      assert.deepEqual(await collect(repairLines(inChunks(once, chunk))), once);
      assert.ok(isClean(survey(once, chunk)));
    }),
  );
});

test('bytes that are no line ends stay, all 254 of them', async () => {
  const content = Buffer.from(
    Array.from({ length: 256 }, (_, index) => index).filter((byte) => byte !== 10 && byte !== 13),
  );
  assert.deepEqual(await collect(repairLines(inChunks(content, 7))), Buffer.concat([content, Buffer.from('\r\n')]));
});

test('a mail whose CRLFs were translated once more (CR CR LF) is the mail that it was: no line doubled, in every kind of body', async () => {
  const picture = Buffer.alloc(3000, 7).toString('base64').replace(/.{76}/g, '$&\n');
  const bodies = [
    'Subject: x\n\none\ntwo\n\nfour\n',
    `Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\none\n\nthree\n--b\nContent-Type: image/jpeg; name=a.jpg\nContent-Transfer-Encoding: base64\n\n${picture}\n--b--\n`,
    'Subject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\na=\nb=C3=A9\n\nc\n',
    `Subject: x\n\none\n${'long '.repeat(300)}\nlast\n`,
  ];
  for (const body of bodies) {
    const plain = await prepare(Buffer.from(body.replaceAll('\n', '\r\n')));
    const doubled = await prepare(Buffer.from(body.replaceAll('\n', '\r\r\n')));
    const read = async ({ raw }: { raw: Buffer }) => {
      const { text, attachments } = await simpleParser(raw);
      return [text, attachments.map(({ content }) => content.toString('hex'))];
    };
    assert.deepEqual(await read(doubled), await read(plain));
    assert.equal(doubled.raw.length, doubled.sizeBytes);
    assert.ok(doubled.changes.includes('body.line_ends'));
  }
});
