import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { lockFile, lockOwner, ownerMark } from '../src/index.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a lock is had by one, names him, and leaves nothing behind', () => {
  const lock = lockFile(file);
  assert.ok(lock);
  assert.equal(lockFile(file), null);
  assert.equal(lockOwner(file), process.pid);
  lock.release();
  const second = lockFile(file);
  lock.release();
  assert.equal(lockOwner(file), process.pid, 'releasing twice does not take the next one’s lock away');
  second?.release();
  assert.deepEqual(readdirSync(folder), []);
});

test('what a dead process, an earlier boot or nobody wrote is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const [mark, boot, namespace] = ownerMark(process.pid)!.split(' ');
  for (const stale of [
    `${child.pid}:1 ${boot} ${namespace} 1`,
    `${mark} another-boot ${namespace} 1`,
    `${process.ppid}:1 ${boot} ${namespace} 1`,
    ...['', 'garbage', '{"pid":"x"}'],
  ]) {
    writeFileSync(file, stale);
    const lock = lockFile(file);
    assert.ok(lock, stale);
    assert.equal(lockOwner(file), process.pid);
    lock.release();
    assert.deepEqual(readdirSync(folder), [], stale);
  }
});

const WORKER = `
import { lockFile, isSameProcess, processMark } from ${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))};
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
const [file, inside, log] = process.argv.slice(1);
while (!existsSync(file + '.stop')) {
  const lock = lockFile(file);
  if (!lock) { await new Promise((resolve) => setTimeout(resolve, 1)); continue; }
  const before = existsSync(inside) ? readFileSync(inside, 'utf8') : '';
  if (before && isSameProcess(before)) appendFileSync(log, 'two at once\\n');
  writeFileSync(inside, processMark(process.pid));
  if (Math.random() < 0.1) process.kill(process.pid, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
  writeFileSync(inside, '');
  appendFileSync(log, 'done\\n');
  lock.release();
}`;

test('of processes that are killed while they hold it, two never hold it at once', async () => {
  const [inside, log] = [join(folder, 'inside'), join(folder, 'log')];
  writeFileSync(log, '');
  let killed = 0;
  let isOver = false;
  const rounds = Array.from({ length: 5 }, async () => {
    while (!isOver) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', WORKER, file, inside, log], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const [, signal] = await once(child, 'exit');
      if (signal === 'SIGKILL') killed += 1;
      if (killed >= 25 && !isOver) {
        isOver = true;
        writeFileSync(`${file}.stop`, '');
      }
    }
  });
  await Promise.all(rounds);
  const lines = readFileSync(log, 'utf8').split('\n').filter(Boolean);
  assert.ok(lines.length > 25, `${lines.length} turns`);
  assert.deepEqual(
    lines.filter((line) => line !== 'done'),
    [],
  );
});
