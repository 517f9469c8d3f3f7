import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createMailSurvey } from '../src/index.ts';
import { isClean, repairedSize, repairLines } from '../src/line-ends.ts';
import { collect, inChunks, prepare } from './mail-samples.ts';

const survey = (content: Buffer, size: number) => {
  const survey = createMailSurvey(null);
  survey.push(Buffer.from('Subject: x\r\n\r\n'));
  for (let at = 0; at < content.length; at += size) survey.push(content.subarray(at, at + size));
  const { body, oddLineEnds } = survey.end();
  return { lines: body.lines, odd: oddLineEnds };
};
const text = fc
  .array(fc.constantFrom('a', '\r', '\n', '\r\n', '.', 'é'), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join('')));
const size = fc.integer({ min: 1, max: 9 });

test('D1, D4: LF, CR and CRLF all leave as CRLF, and the last line ends, wherever the chunks are cut', async () => {
  await fc.assert(
    fc.asyncProperty(text, size, async (content, chunk) => {
      const came = content.toString('latin1');
      const { lines, odd } = survey(content, chunk);
      if (odd) assert.ok(endsTheWrongWayRound(came), JSON.stringify(came));
      let expected = came.replace(odd ? /\n\r|\r\n|\r|\n/g : /\r\n|\r|\n/g, '\r\n');
      if (expected && !expected.endsWith('\n')) expected += '\r\n';
      const repaired = await collect(repairLines(inChunks(content, chunk), odd));
      assert.equal(repaired.toString('latin1'), expected);
      assert.equal(repairedSize(lines), expected.length);
      assert.equal(isClean(lines), odd !== null || expected === came);
    }),
    { numRuns: 2000 },
  );
});

/** No line ends in LF or CRLF until an empty one, but the last, which is the transport's. */
function endsTheWrongWayRound(body: string): boolean {
  const [beginning] = body.replaceAll('\n\r', '|').split('||');
  return !/\n|\r\|/.test(beginning!.replace(/\r?\n$/, ''));
}

test('repairing what was repaired changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(text, size, async (content, chunk) => {
      const once = await collect(repairLines(inChunks(content, chunk)));
      assert.deepEqual(await collect(repairLines(inChunks(once, chunk))), once);
      assert.ok(isClean(survey(once, chunk).lines));
    }),
  );
});

test('bytes that are no line ends stay, all 254 of them', async () => {
  const content = Buffer.from(
    Array.from({ length: 256 }, (_, index) => index).filter((byte) => byte !== 10 && byte !== 13),
  );
  assert.deepEqual(await collect(repairLines(inChunks(content, 7))), Buffer.concat([content, Buffer.from('\r\n')]));
});

const DOUBLED = [
  'Subject: x\n\nFirst line.\nSecond line.\n\nThird.\n',
  `Subject: x\n\n${'long '.repeat(600)}\nSecond line.\n`,
  'Subject: x\nContent-Transfer-Encoding: quoted-printable\n\nT=C3=BCr=\n auf.\nZu.\n',
  'Subject: x\nContent-Type: multipart/mixed; boundary=b1\n\n--b1\n\nText.\n--b1\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n/9j/4AAQ\nAAAA\n--b1--\n',
];

test('a mail whose every line ends in CR CR LF leaves as the one that it was before', async () => {
  for (const text of DOUBLED) {
    for (const last of ['', '\r\n']) {
      const single = await prepare(Buffer.from(text.replaceAll('\n', '\r\n') + last));
      const doubled = Buffer.from(text.replaceAll('\n', '\r\r\n') + last);
      for (const chunk of [7, 1300, 4096]) {
        const prepared = await prepare(doubled, { source: () => inChunks(doubled, chunk) });
        assert.equal(prepared.body, single.body, text);
        assert.equal(prepared.raw.length, prepared.sizeBytes);
        assert.ok(prepared.changes.includes('body.line_ends'));
      }
    }
  }
});

test('a line of such a mail whose end was damaged leaves the others as they were meant', async () => {
  const text = `Subject: x\n\n${Array.from({ length: 20 }, (_, line) => `Line ${line}.`).join('\n')}\n`;
  const doubled = text.replaceAll('\n', '\r\r\n');
  for (const damaged of [
    doubled.replace('Line 7.\r\r\n', 'Line 7.\r\n'),
    doubled.replace('Line 7.\r\r', 'Line 7.\0\r'),
    doubled.replace('Line 7.\r\r\n', 'Line 7.\r\0\n'),
  ]) {
    const prepared = await prepare(Buffer.from(damaged));
    assert.equal(prepared.body, text.slice(text.indexOf('\n\n') + 2).replaceAll('\n', '\r\n'));
    assert.equal(prepared.raw.length, prepared.sizeBytes);
  }
});

test('a mail that has CR for every line end leaves as the one that it was meant as', async () => {
  for (const text of DOUBLED) {
    for (const last of ['', '\r\n']) {
      const single = await prepare(Buffer.from(text.replaceAll('\n', '\r\n') + (last && '\r\n')));
      const old = Buffer.from(text.replaceAll('\n', '\r') + (last && '\r\n'));
      for (const chunk of [7, 1300, 4096]) {
        const prepared = await prepare(old, { source: () => inChunks(old, chunk) });
        assert.equal(prepared.body, single.body, text);
        assert.equal(prepared.one('subject'), 'x');
        assert.equal(prepared.raw.length, prepared.sizeBytes);
        assert.ok(prepared.changes.includes('body.line_ends'));
      }
    }
  }
});

test('D4: where one line of the mail ends otherwise, a CR is a line end of its own', async () => {
  const doubled = DOUBLED[0]!.replaceAll('\n', '\r\r\n');
  for (const broken of [
    doubled.replace('x\r\r\n', 'x\r\n'),
    doubled.replace('First line.\r\r\n', 'First line.\r\n'),
    doubled.replace('First line.\r\r\n', 'First line.\n'),
    doubled.replace('Second', 'Sec\rond'),
  ]) {
    const { body } = await prepare(Buffer.from(broken));
    assert.match(body, /Third\.\r\n\r\n$/, JSON.stringify(broken));
  }
});
