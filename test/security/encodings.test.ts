import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodingsOf, findNeedles } from './encodings.ts';
import { filesBelow, searchFiles } from './search-files.ts';

const MARK = 'Qx7kP2mZ9rTw';
const needles = encodingsOf('mark', MARK);
const found = (hay: string | Buffer) => findNeedles(Buffer.from(hay as string), needles);

test('a planted mark is found in every encoding, at every place in a base64 stream, and across line breaks', () => {
  const quoted = [...MARK].map((letter) => `=${letter.charCodeAt(0).toString(16).toUpperCase()}`).join('');
  assert.deepEqual(found(`before ${MARK} after`), ['mark (raw)']);
  assert.deepEqual(found(Buffer.from(`x${MARK}`, 'utf16le')), ['mark (utf-16)']);
  assert.deepEqual(found(Buffer.from(`x${MARK}`, 'utf16le').swap16()), ['mark (utf-16)']);
  assert.deepEqual(found(Buffer.from(`x${MARK}`).toString('hex')), ['mark (hex)']);
  assert.deepEqual(found(quoted), ['mark (quoted-printable)']);
  for (let before = 0; before < 8; before++) {
    const stream = Buffer.from(`${'x'.repeat(before)}${MARK} and more`).toString('base64');
    assert.ok(found(stream).length >= 1, `${before} bytes before`);
    for (let cut = 1; cut < stream.length; cut++)
      assert.ok(found(`${stream.slice(0, cut)}\r\n${stream.slice(cut)}`).length >= 1, `cut at ${cut}`);
  }
  for (let cut = 3; cut < quoted.length; cut += 3)
    assert.deepEqual(found(`${quoted.slice(0, cut)}=\r\n${quoted.slice(cut)}`), ['mark (quoted-printable)']);
  assert.deepEqual(found('nothing of the kind'), []);
});

test('a planted file is found wherever it lies, and only what is left out is not looked at', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-search-'));
  try {
    writeFileSync(join(folder, 'clean'), 'nothing');
    writeFileSync(join(folder, 'planted'), Buffer.concat([Buffer.alloc(70_000), Buffer.from(MARK), Buffer.alloc(9)]));
    assert.deepEqual(searchFiles(folder, filesBelow(folder), needles), ['planted: mark (raw)']);
    assert.deepEqual(
      filesBelow(folder, (path) => path === 'planted'),
      ['clean'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
