import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { prepare } from './mail-samples.ts';
import { type PythonReading, readWithPython } from './python-reader.ts';

const FOLDER = new URL('../../testing/fixtures/device-mails/reported/', import.meta.url);

interface Reported {
  file: string;
  subject?: string;
  text?: string[];
  /** The text's label by name, where the bytes must go with it. */
  label?: string;
  files?: string[];
}

/** Mails after public reports, and what must be readable of them. */
const CASES: Reported[] = [
  {
    file: '02-status-lines-straight-after-header',
    text: ['input power lost', 'Battery: 54 percent', 'Load: 38 percent'],
  },
  { file: '04-field-name-with-blank', subject: 'Disk 2 is failing', text: ['Replace disk 2.'] },
  { file: '05-mfp-no-space-after-colon-inner-bcc', subject: 'Scan ét de NP20417', files: ['DOC001.pdf'] },
  { file: '06b-two-subjects-word-then-plain', subject: 'Nightly copy done (#{NAS})' },
  { file: '08-nul-bytes-in-body', text: ['Zone 4 tamper\r\nOperator: none\r\nEnd of report\r\n'] },
  { file: '09-one-long-html-line', text: ['<h2>週次レポート</h2>'] },
  { file: '10-multipart-body-wholly-base64', text: ['Nightly list attached.'], files: ['list.pdf'] },
  { file: '14-raw-utf8-filename-doubled-quotes', text: ['Scan.'], files: ['請求書 11月.pdf'] },
  { file: '17-content-type-doubled-semicolon', text: ['Door.'], files: ['d.jpg'] },
  { file: '17c-boundary-behind-empty-line', text: ['Door.'], files: ['d.jpg'] },
  { file: 'filename-continued-8bit', files: ['résumé.jpg'] },
  { file: '15-two-to-fields' },
  { file: '18-blank-only-line-in-header' },
  { file: '23-message-id-glued-to-next-field', text: ['<b>restarted</b>'] },
  { file: '25b-korean-windows-label', subject: '움직임 감지 3번', label: 'euc-kr' },
  { file: '26-dos-codepage-label', label: 'cp850' },
  { file: 'boundary-comment', text: ['Hello'], files: ['a.jpg'] },
  { file: 'charset-comment', label: 'koi8-r' },
  { file: 'utf8-one-bad-byte', label: 'utf-8' },
  { file: 'qp-over-64k-1', label: 'utf-8' },
];

const mails = CASES.map(({ file }) => readFileSync(new URL(`${file}.eml`, FOLDER)));
const content = await Promise.all(
  mails.map(async (mail) => (await prepare(mail, { recipients: ['ops@example.jp'] })).raw),
);
const after = readWithPython(content);
const before = readWithPython(mails);

const textOf = (reading: PythonReading): string =>
  reading.parts
    .filter(({ type }) => type.startsWith('text/'))
    .map(({ payload }) => Buffer.from(payload, 'base64').toString('utf8'))
    .join('\n');

for (const [index, expected] of CASES.entries()) {
  test(`${expected.file}: leaves as it is meant, and never worse than it came`, () => {
    const reading = after[index]!;
    assert.doesNotMatch(content[index]!.toString('latin1'), /\0|[^\n]{1000}/, 'what no mail may hold');
    const payloads = (of: PythonReading) => of.parts.map(({ payload }) => payload.replace(/DQo=$|Cg==$/, ''));
    if (expected.subject) assert.equal(reading.subject, expected.subject);
    for (const text of expected.text ?? []) assert.ok(textOf(reading).includes(text), text);
    if (expected.label) {
      const type = reading.headers.find(([name]) => name === 'content-type')![1];
      assert.match(type, new RegExp(`charset="?${expected.label}"?(?:;|$)`, 'i'));
      assert.deepEqual(payloads(reading), payloads(before[index]!), 'the same bytes, and a label that is right');
    }
    for (const name of expected.files ?? [])
      assert.ok(
        reading.parts.some(({ filename }) => filename === name),
        name,
      );
  });
}

test('13: a signed mail of bare LF leaves in CRLF, and its signature holds', async () => {
  const signed = await prepare(readFileSync(new URL('13-smime-signed-bare-lf.eml', FOLDER)));
  const run = spawnSync('openssl', ['smime', '-verify', '-noverify'], { input: signed.raw, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /Scan job 7/);
});

test('Cc stays Cc where the envelope has it', async () => {
  const content = Buffer.from('To: a@example.jp\r\nCc: b@example.jp, x@example.jp\r\n\r\nx\r\n');
  const mail = await prepare(content, { recipients: ['b@example.jp', 'a@example.jp', 'c@example.jp'] });
  assert.deepEqual(
    [mail.all('to'), mail.all('cc'), mail.all('bcc')],
    [['a@example.jp'], ['b@example.jp'], ['c@example.jp']],
  );
});
