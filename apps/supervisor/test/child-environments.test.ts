import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { readSettings } from '@hikyaku/config';
import { EDGE_NODE_OPTIONS, MAIL_ENVIRONMENT, WORKER_NODE_OPTIONS } from '@hikyaku/telemetry';
import { edgeKeysOf, parseMasterKeys } from '@hikyaku/vault';
import type { ChildSpec } from '../src/child.ts';
import { describeChildren } from '../src/children.ts';

const newKey = () => randomBytes(32).toString('base64');
const SECRETS = {
  HIKYAKU_MICROSOFT_CLIENT_SECRET: 'microsoft-secret',
  HIKYAKU_GOOGLE_CLIENT_SECRET: 'google-secret',
  HIKYAKU_SYSTEM_SMTP_URL: 'smtp://user:smtp-secret@mail.example:587',
  HIKYAKU_MASTER_KEY: newKey(),
  HIKYAKU_OPERATOR_CODE: 'OPER-ATOR-CODE',
  HIKYAKU_METRICS_TOKEN: 'metrics-secret-token',
  DATABASE_URL: 'postgres://hikyaku:pg-secret@127.0.0.1:5432/hikyaku',
  REDIS_URL: 'redis://:redis-secret@127.0.0.1:6379',
};
const given = {
  ...SECRETS,
  HIKYAKU_MICROSOFT_CLIENT_ID: 'microsoft-id',
  HIKYAKU_GOOGLE_CLIENT_ID: 'google-id',
  HIKYAKU_SANDBOX: 'on',
  HIKYAKU_METRICS_LISTEN: '0.0.0.0',
};

/** Environments as `npm start` would make them under `given`. */
const environments = (masterKeys: () => string[]): Record<string, Record<string, string>> =>
  children(masterKeys, (specs) => Object.fromEntries(specs.map(({ name, env }) => [name, env()])));

function children<Result>(masterKeys: () => string[], read: (specs: ChildSpec[]) => Result): Result {
  const before = { ...process.env };
  Object.assign(process.env, given);
  try {
    const settings = readSettings(given);
    const specs = describeChildren({
      program: 'src/main.ts',
      root: '/srv',
      settings,
      databaseUrl: SECRETS.DATABASE_URL,
      masterKeys,
      operatorCode: SECRETS.HIKYAKU_OPERATOR_CODE,
    });
    return read(specs);
  } finally {
    for (const name of Object.keys(given)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

const STORES = ['DATABASE_URL', 'REDIS_URL'];
const PROVIDERS = [
  'HIKYAKU_MICROSOFT_CLIENT_SECRET',
  'HIKYAKU_GOOGLE_CLIENT_SECRET',
  'HIKYAKU_SYSTEM_SMTP_URL',
] as const;
/** Who may know what. */
const MAY_KNOW: Record<string, readonly string[]> = {
  sandbox: [],
  web: [],
  edge: [...STORES, 'HIKYAKU_METRICS_TOKEN'],
  worker: [...STORES, ...PROVIDERS, 'HIKYAKU_MASTER_KEY', 'HIKYAKU_METRICS_TOKEN'],
  api: [...STORES, ...PROVIDERS, 'HIKYAKU_MASTER_KEY', 'HIKYAKU_OPERATOR_CODE'],
};

test('each process is given the secrets that it needs and no other, whatever was in our own environment', () => {
  const found = environments(() => [SECRETS.HIKYAKU_MASTER_KEY]);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(MAY_KNOW).sort());
  for (const [name, env] of Object.entries(found)) {
    const known = Object.entries(SECRETS).filter(([, secret]) =>
      Object.values(env).some((value) => value.includes(secret)),
    );
    assert.deepEqual(known.map(([setting]) => setting).sort(), [...MAY_KNOW[name]!].sort(), name);
    // What it is told must make sense to it.
    if (name !== 'web') assert.doesNotThrow(() => readSettings(env), name);
  }
});

test('a child that starts after a rotation gets the new master key, and the edge what derives from it', () => {
  const keys = [[newKey()], [newKey(), newKey()]];
  for (const list of keys) {
    const { api, worker, edge } = environments(() => list);
    assert.equal(api!.HIKYAKU_MASTER_KEY, list.join(','));
    assert.equal(worker!.HIKYAKU_MASTER_KEY, list.join(','));
    assert.equal(edge!.HIKYAKU_EDGE_KEY, edgeKeysOf(parseMasterKeys(list)).join(','));
    assert.equal('HIKYAKU_MASTER_KEY' in edge!, false);
  }
});

test('edge and worker are started with the options that bound their memory, and nobody else', () => {
  const boundedBy = (options: readonly string[]) =>
    children(
      () => [newKey()],
      (specs) => specs.filter(({ args }) => options.every((option) => args.includes(option))).map(({ name }) => name),
    );
  assert.deepEqual([boundedBy(EDGE_NODE_OPTIONS), boundedBy(WORKER_NODE_OPTIONS)], [['edge'], ['worker']]);
  const { edge, worker, api } = environments(() => [newKey()]);
  for (const [name, value] of Object.entries(MAIL_ENVIRONMENT))
    assert.deepEqual([edge![name], worker![name], api![name]], [value, value, undefined]);
});
