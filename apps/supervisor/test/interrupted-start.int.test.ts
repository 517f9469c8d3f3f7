import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { childEnvironment } from '@hikyaku/config';
import { freePorts, programOf, until } from '@hikyaku/testing';

const inUse = (folder: string): string[] =>
  spawnSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(folder));

test('Ctrl-C while Postgres is being started leaves no Postgres behind', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-interrupted-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(process.execPath, [programOf('apps/supervisor')], {
    env: childEnvironment({ ...(await freePorts()), HIKYAKU_DATA_DIR: folder, DATABASE_URL: undefined }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  // It runs from here on, and is not ready yet.
  await until('Postgres is being started', () => existsSync(join(folder, 'postgres/postgres.log')), 60_000);
  child.kill('SIGINT');
  assert.equal(await ended, 0, output);
  assert.deepEqual(inUse(folder), []);
});
