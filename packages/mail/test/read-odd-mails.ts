import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { mail, prepare } from './mail-samples.ts';
import { JPEG, type OddMail } from './odd-mail-parts.ts';
import { compareWithTruth, type MailTruth } from './oracle/compare-readings.ts';
import { type MailReading, READERS, type Reader, sha256 } from './oracle/mail-reading.ts';
import { readWithMailparser, readWithPostalMime } from './oracle/read-with-node.ts';
import { readWithPython } from './oracle/read-with-python.ts';

/** A test for each of these mails: what leaves is read as it was meant by mailparser, postal-mime and Python, and leaves as it is when it comes back. */
export function testOddMails(mails: readonly OddMail[]): void {
  let readings: Record<Reader, MailReading[]>;
  const leaving: Awaited<ReturnType<typeof prepare>>[] = [];

  before(async () => {
    for (const { mail: content, charset } of mails) leaving.push(await prepare(mail(content), { charset }));
    const prepared = leaving.map(({ raw }) => raw);
    const python = readWithPython(prepared);
    readings = {
      mailparser: await Promise.all(prepared.map(readWithMailparser)),
      'postal-mime': await Promise.all(prepared.map(readWithPostalMime)),
      python: await python,
    };
  });

  for (const [index, { name, subject: meant, lines = [], files = [], bytes = JPEG, charset }] of mails.entries()) {
    test(`${name}: three readers see what is meant`, async () => {
      const attachments = files.map((file) => ({ name: file, sha256: sha256(bytes) }));
      const truth: MailTruth = { subject: meant ?? 'Door', lines, attachments };
      for (const reader of READERS)
        assert.deepEqual(compareWithTruth(truth, readings[reader][index]!, truth).lost, [], reader);
      const once = leaving[index]!;
      assert.equal(once.raw.length, once.sizeBytes);
      const twice = await prepare(once.raw, { charset });
      assert.equal(twice.body, once.body, 'it needs no second repair');
    });
  }
}
