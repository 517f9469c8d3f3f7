import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeKeys, programOf, type TestDatabase, useDatabase } from '@hikyaku/testing';
import { refusalOf } from './spawn-app.ts';

const MAIN = programOf('apps/api');
const dataDir = mkdtempSync(join(tmpdir(), 'hikyaku-api-'));
let db: TestDatabase;
let env: Record<string, string | undefined>;
before(async () => {
  db = await useDatabase();
  await makeKeys(db.owner);
  env = { DATABASE_URL: db.url, HIKYAKU_DATA_DIR: dataDir, HIKYAKU_API_PORT: '0', HIKYAKU_MASTER_KEY: undefined };
});
after(async () => {
  await db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const fatalLines = (output: string) => output.split('\n').filter((line) => line.includes('"level":"fatal"'));

test('a master key that does not fit the data, or none, is one clear line and an exit code', async () => {
  const wrong = await refusalOf(MAIN, { ...env, HIKYAKU_MASTER_KEY: randomBytes(32).toString('base64') });
  assert.equal(wrong.code, 1);
  assert.equal(fatalLines(wrong.output).length, 1);
  assert.match(fatalLines(wrong.output)[0]!, /vault\.key_wrong/);
  const missing = await refusalOf(MAIN, env);
  assert.equal(missing.code, 1);
  assert.match(fatalLines(missing.output)[0]!, /vault\.key_missing/);
});

test('a database that does not answer is one clear line and an exit code', async () => {
  const { code, output } = await refusalOf(MAIN, { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
  assert.equal(code, 1);
  assert.match(fatalLines(output)[0]!, /db\.unavailable/);
});
