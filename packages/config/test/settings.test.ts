import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../src/index.ts';

const message = (env: Record<string, string>): string => {
  try {
    readSettings(env);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('an empty environment is a sandbox with an embedded Postgres on this machine', () => {
  const settings = readSettings({});
  assert.equal(settings.isSandbox, true);
  assert.equal(settings.isEmbedded, true);
  assert.equal(settings.PUBLIC_URL, 'http://localhost:3000');
  assert.ok(settings.DATA_DIR.startsWith('/'));
});

test('an unknown setting is refused with the nearest known name', () => {
  assert.match(
    message({ HIKYAKU_WEB_PROT: '1' }),
    /HIKYAKU_WEB_PROT is not a setting; did you mean HIKYAKU_WEB_PORT\?/,
  );
});

test('a bad value names its setting', () => {
  assert.match(message({ HIKYAKU_WEB_PORT: 'eighty' }), /HIKYAKU_WEB_PORT/);
});

test('a list of waits is whole milliseconds, and never empty', () => {
  for (const name of ['HIKYAKU_RETRY_PLAN_MS', 'HIKYAKU_IN_DOUBT_PLAN_MS']) {
    for (const bad of ['30s', '1000,soon', ',', ' ', '0', '-5', '1e3', '1000.5', '99999999999', 'NaN', 'Infinity']) {
      assert.match(
        message({ [name]: bad }),
        new RegExp(`${name} must be a list of whole milliseconds`),
        `${name}=${bad}`,
      );
    }
  }
  const { RETRY_PLAN_MS, IN_DOUBT_PLAN_MS } = readSettings({ HIKYAKU_RETRY_PLAN_MS: '1000, 2000 3000' });
  assert.deepEqual(RETRY_PLAN_MS, [1000, 2000, 3000]);
  assert.deepEqual(IN_DOUBT_PLAN_MS, [600_000, 3_600_000, 14_400_000]);
});

test('sandbox mode is refused on a public address, unless forced', () => {
  const env = { HIKYAKU_PUBLIC_URL: 'https://relay.example', HIKYAKU_SANDBOX: 'on' };
  assert.match(message(env), /HIKYAKU_SANDBOX/);
  assert.equal(readSettings({ ...env, HIKYAKU_SANDBOX: 'force' }).isSandbox, true);
  assert.equal(readSettings({ HIKYAKU_PUBLIC_URL: 'https://relay.example' }).isSandbox, false);
});

test('a deadline as long as the lease is refused', () => {});

test('a client id without its secret is refused', () => {
  assert.match(message({ HIKYAKU_GOOGLE_CLIENT_ID: 'x' }), /HIKYAKU_GOOGLE_CLIENT_SECRET/);
});
