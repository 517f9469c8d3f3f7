import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readLogLines } from '../src/log-lines.ts';

test('records are read however they are cut, and what a killed program has begun is none', async () => {
  const output = new PassThrough();
  const read: unknown[] = [];
  readLogLines(output, (line) => read.push(line));
  const bytes = Buffer.from('{"event":"門"}\n{"event":"two"}\n{"event":"thr');
  for (const byte of bytes) output.write(Buffer.from([byte]));
  output.end();
  await new Promise((done) => output.once('end', done));
  assert.deepEqual(read, [{ event: '門' }, { event: 'two' }]);
});
