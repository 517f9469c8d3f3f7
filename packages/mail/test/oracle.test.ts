import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareBlindly, compareWithTruth } from './oracle/compare-readings.ts';
import { generateMail } from './oracle/generate-mail.ts';
import type { MailReading } from './oracle/mail-reading.ts';
import { READERS } from './oracle/mail-reading.ts';
import { runOracle } from './oracle/run-oracle.ts';

test('300 generated mails: mailparser, postal-mime and Python get no less of any after preparing than before', async () => {
  const { counts, worse } = await runOracle(Array.from({ length: 300 }, (_, index) => generateMail(index + 1)));
  assert.deepEqual(
    worse.map(({ mail, reader, comparison }) => `${mail.name}, ${reader}: ${comparison.lost[0]}`),
    [],
  );
  for (const reader of READERS)
    assert.ok(counts[reader].better > 30, `${reader} gets more of only ${counts[reader].better}`);
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
