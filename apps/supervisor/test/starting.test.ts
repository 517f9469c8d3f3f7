import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings } from '@hikyaku/config';
import { processMark } from '@hikyaku/core';
import { Complaint } from '../src/complaint.ts';
import { prepareDataDir } from '../src/data-dir.ts';
import { findMasterKeys } from '../src/keys/find-master-keys.ts';
import { LogFile } from '../src/log-file.ts';
import { checkPorts } from '../src/ports.ts';
import { RunFile } from '../src/run-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hikyaku-supervisor-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const settings = (env: Record<string, string> = {}) => readSettings({ HIKYAKU_DATA_DIR: folder, ...env });

test('the first start makes a master key that only its owner can read, later ones use it', async () => {
  const [key] = await findMasterKeys(settings());
  assert.equal(Buffer.from(key!, 'base64').length, 32);
  assert.equal(statSync(join(folder, 'master.key')).mode & 0o777, 0o600);
  assert.deepEqual(await findMasterKeys(settings()), [key]);
});

test('data without its master key is refused in words, and no new key is made', async () => {
  mkdirSync(join(folder, 'postgres', 'data'), { recursive: true });
  writeFileSync(join(folder, 'postgres', 'data', 'PG_VERSION'), '18');
  await assert.rejects(
    findMasterKeys(settings()),
    (error: Error) => error instanceof Complaint && /master key that is missing/.test(error.message),
  );
  assert.equal(existsSync(join(folder, 'master.key')), false);
});

test('a database of one’s own without MASTER_KEY is refused', async () => {
  await assert.rejects(
    findMasterKeys(settings({ DATABASE_URL: 'postgres://x@127.0.0.1/x' })),
    /HIKYAKU_MASTER_KEY is required/,
  );
});

test('a data folder that cannot be written is one clear line', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await assert.rejects(prepareDataDir(join(file, 'data')), /cannot be written \(ENOTDIR\); set HIKYAKU_DATA_DIR/);
});

test('a port in use is named with the setting that moves it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    const none = { API_PORT: '0', NEXT_PORT: '0', SANDBOX_PORT: '0', METRICS_PORT: '0', WORKER_METRICS_PORT: '0' };
    const doors = {
      SMTP_SUBMISSION_PORT: '0',
      SMTP_ALT_PORT: '0',
      SMTPS_PORT: '0',
      LEGACY_SUBMISSION_PORT: '0',
      LEGACY_SMTPS_PORT: '0',
      POP3_PORT: '0',
      POP3S_PORT: '0',
    };
    const env = Object.fromEntries(
      Object.entries({ ...none, ...doors, WEB_PORT: String(port) }).map(([name, value]) => [`HIKYAKU_${name}`, value]),
    );
    await assert.rejects(checkPorts(settings(env)), new RegExp(`port ${port} is in use \\(set HIKYAKU_WEB_PORT`));
    const twins = { ...env, HIKYAKU_WEB_PORT: '40001', HIKYAKU_API_PORT: '40001' };
    await assert.rejects(checkPorts(settings(twins)), /HIKYAKU_API_PORT and HIKYAKU_WEB_PORT are both 40001/);
  } finally {
    server.close();
  }
});

test('of supervisors that start at once on one data folder exactly one goes on, and the others remove nothing of its', async () => {
  const path = join(folder, 'processes.json');
  writeFileSync(path, JSON.stringify({ supervisor: { name: 'supervisor', pid: 1, mark: '1:0' }, children: [] }));
  writeFileSync(join(folder, 'lock'), 'of a supervisor that was killed');
  const code = `
    import { RunFile } from ${JSON.stringify(join(import.meta.dirname, '../src/run-file.ts'))};
    try {
      const file = await RunFile.claim(${JSON.stringify(path)}, 100, () => {});
      console.log('runs');
      setTimeout(() => { file.release(); console.log('released'); }, 1500);
    } catch (error) {
      console.log(error.message);
    }`;
  const outputs = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      for await (const chunk of child.stdout) text += chunk;
      return { pid: child.pid, text };
    }),
  );
  const winners = outputs.filter(({ text }) => text === 'runs\nreleased\n');
  assert.equal(winners.length, 1, JSON.stringify(outputs));
  for (const { text } of outputs.filter((output) => output !== winners[0])) {
    assert.match(text, /already running on this data folder \(process \d+\)/);
  }
  assert.deepEqual(readdirSync(folder), []);
});

test('children of a dead supervisor are ended, and a reused pid is left alone', async () => {
  const path = join(folder, 'processes.json');
  const leftover = spawn('sleep', ['30']);
  const stranger = spawn('sleep', ['30']);
  const ended = new Promise<string | null>((resolve) => leftover.on('exit', (_code, signal) => resolve(signal)));
  try {
    writeFileSync(
      path,
      JSON.stringify({
        supervisor: { name: 'supervisor', pid: 999_999_999, mark: '999999999:1' },
        children: [
          { name: 'edge', pid: leftover.pid, mark: processMark(leftover.pid!) },
          { name: 'worker', pid: stranger.pid, mark: `${stranger.pid}:1` },
        ],
      }),
    );
    const named: string[] = [];
    const file = await RunFile.claim(path, 2000, (name) => named.push(name));
    assert.deepEqual(named, ['edge']);
    assert.equal(await ended, 'SIGTERM');
    assert.equal(stranger.exitCode, null);
    file.release();
    assert.equal(existsSync(path), false);
  } finally {
    leftover.kill('SIGKILL');
    stranger.kill('SIGKILL');
  }
});

test('a full disk on which nothing can be noted ends nobody: what runs is noted with the next change', async () => {
  const path = join(folder, 'processes.json');
  const file = await RunFile.claim(path, 100, () => {});
  // No file can be written there.
  mkdirSync(`${path}.new`);
  file.add('edge', process.pid);
  file.remove(1);
  rmSync(`${path}.new`, { recursive: true });
  file.add('worker', process.ppid);
  const { children } = JSON.parse(readFileSync(path, 'utf8')) as { children: { name: string }[] };
  assert.deepEqual(
    children.map(({ name }) => name),
    ['edge', 'worker'],
  );
  file.release();
});

test('a log never grows past its bound', async () => {
  const path = join(folder, 'edge.log');
  const log = new LogFile(path, 1000);
  for (let number = 0; number < 200; number++) log.write(`line ${number} ${'x'.repeat(60)}`);
  await log.close();
  const sizes = ['', '.1', '.2', '.3', '.4'].map((ending) =>
    existsSync(path + ending) ? statSync(path + ending).size : 0,
  );
  assert.ok(
    sizes.slice(0, 4).every((size) => size > 0 && size < 1200),
    sizes.join(' '),
  );
  assert.equal(sizes[4], 0);
});

test('a log goes on by itself once the disk takes it again', async () => {
  const path = join(folder, 'api.log');
  symlinkSync('/dev/full', path);
  const log = new LogFile(path);
  log.write('lost: no space left');
  await sleep(50);
  unlinkSync(path);
  log.write('comes with the first try');
  await sleep(1100);
  log.write('there is room again');
  await log.close();
  assert.match(readFileSync(path, 'utf8'), /there is room again\n$/);
});

test('a log whose disk stands still keeps no more than its bound in memory, and says how much it left out', async () => {
  const path = join(folder, 'worker.log');
  const log = new LogFile(path, 1_000_000_000);
  const line = 'x'.repeat(1023);
  // In one go: nothing reaches the disk meanwhile.
  for (let number = 0; number < 20_000; number++) log.write(line);
  assert.ok(log.waitingBytes <= 9_000_000, `${log.waitingBytes}`);
  await sleep(100);
  log.write('it goes on');
  await log.close();
  const text = readFileSync(path, 'utf8');
  assert.ok(text.length < 9_000_000, `${text.length}`);
  assert.match(text, /"event":"log.lines_left_out","lines":1[0-9]{4}\}\nit goes on\n$/);
});
