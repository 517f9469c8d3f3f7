import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { prepare } from './mail-samples.ts';
import { compareBlindly, compareWithTruth } from './oracle/compare-readings.ts';
import { generateMail } from './oracle/generate-mail.ts';
import type { MailReading } from './oracle/mail-reading.ts';
import { READERS } from './oracle/mail-reading.ts';
import { readWithMailparser, readWithPostalMime } from './oracle/read-with-node.ts';
import { runOracle } from './oracle/run-oracle.ts';

/**
 * A UTF-7 text with a damaged byte, twice; a header of CR lines that was cut; a part's header that was cut in its first name; a damaged line end behind a delimiter; a damaged charset of a word; a multipart whose
 * type lost a letter to NUL, twice; a text that has one NUL; a text in base64 that
 * lost a letter, twice; what ended a line of a header, of uuencode and of base64 that was damaged; a cut mail of doubled line ends, and one with a damaged line end;
 * a damaged byte of a file's type; NUL in place of half a letter of ISO-2022-JP; a damaged delimiter between that and UTF-8; a damaged byte behind a charset's comment; UTF-7 in base64 with a damaged byte; French called ASCII beside Polish of ISO's charset; a type behind a damaged byte; damaged UTF-8 without a label beside a text of a DOS code page; a type whose first letter was damaged; a closing delimiter that lost its LF; a damaged semicolon; ISO-2022-JP
 * that was cut before its shift back; a damaged byte among German words of a Chinese device; a picture that was
 * cut inside a line end.
 */
const ONCE_WORSE = [
  20302, 24176, 26694, 3073, 6794, 51036, 62988, 63543, 67516, 61439, 67686, 402594, 403859, 405636, 307347, 205781,
  703312, 705783, 1202096, 1202457, 3011389, 2008024, 2013935, 2022757, 3008693, 3018246, 4003296, 4004123, 4005705,
  4015545,
];

test('300 generated mails: mailparser, postal-mime and Python get no less of any after preparing than before', async () => {
  const { counts, worse } = await runOracle(
    [...Array.from({ length: 300 }, (_, index) => index + 1), ...ONCE_WORSE].map(generateMail),
  );
  assert.deepEqual(
    worse.map(({ mail, reader, comparison }) => `${mail.name}, ${reader}: ${comparison.lost[0]}`),
    [],
  );
  for (const reader of READERS)
    assert.ok(counts[reader].better > 30, `${reader} gets more of only ${counts[reader].better}`);
});

/** Changes of the mail's own header, which no part's content hangs on. */
const OF_HEADER = /^(?:from|reply_to|recipients|subject|date|message_id|mime_version|receipt_request)\./;

/** A damaged field that came into the picture; a NUL in a field that went without a word. */
const ONCE_WRONG = [361024775, 1830065417];

test('where no repair is named, what leaves is parsed into the same texts and files as what came', async () => {
  let untouched = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 0x7fffffff }), async (seed) => {
      const { raw, charset } = generateMail(seed);
      const prepared = await prepare(raw, { charset });
      if (!prepared.changes.every((change) => OF_HEADER.test(change))) return;
      untouched += 1;
      for (const read of [readWithMailparser, readWithPostalMime]) {
        const [before, after] = [await read(raw), await read(prepared.raw)];
        assert.deepEqual([after.lines, after.attachments], [before.lines, before.attachments]);
      }
    }),
    // The same mails each time, and those that showed a defect once; `test:long` looks at others.
    { numRuns: 300, seed: 20261128, examples: ONCE_WRONG.map((seed) => [seed]) },
  );
  assert.ok(untouched > 1, `only ${untouched} mails needed no repair`);
});

test('the comparison sees what is lost, with and without knowing what was meant', () => {
  const reading = { subject: 'Größe', lines: ['1. Tür', '2. Tor'], attachments: [{ name: 'a.jpg', sha256: '1' }] };
  const garbled = { ...reading, lines: ['1. T\ufffdr', '2. Tor'] };
  const truth = { subject: 'Größe', lines: ['1. Tür'], attachments: [{ name: 'a.jpg', sha256: '1' }] };
  const blindly = (before: MailReading, after: MailReading) => compareBlindly(before, after, 'Subject: x');
  const knowing = (before: MailReading, after: MailReading) => compareWithTruth(before, after, truth);
  for (const compare of [blindly, knowing]) {
    assert.equal(compare(reading, reading).verdict, 'same');
    assert.equal(compare(reading, garbled).verdict, 'worse');
    assert.equal(compare(garbled, reading).verdict, 'better');
    assert.equal(compare(reading, { ...reading, attachments: [] }).verdict, 'worse');
    assert.equal(compare(reading, { ...reading, subject: '=?utf-8?Q?Gr=C3?=' }).verdict, 'worse');
  }
});
