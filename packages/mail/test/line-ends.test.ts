import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createMailSurvey } from '../src/index.ts';
import { isClean, repairedSize, repairLines } from '../src/line-ends.ts';
import { collect, inChunks } from './mail-samples.ts';

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
      let expected = content.toString('latin1').replace(/\r\n|\r|\n/g, '\r\n');
      if (expected && !expected.endsWith('\n')) expected += '\r\n';
      const repaired = await collect(repairLines(inChunks(content, chunk)));
      assert.equal(repaired.toString('latin1'), expected);
      assert.equal(repairedSize(survey(content, chunk)), expected.length);
      assert.equal(isClean(survey(content, chunk)), expected === content.toString('latin1'));
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
