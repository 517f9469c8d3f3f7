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

test('sandbox mode is refused on a public address, unless forced', () => {
  const env = { HIKYAKU_PUBLIC_URL: 'https://relay.example', HIKYAKU_SANDBOX: 'on' };
  assert.match(message(env), /HIKYAKU_SANDBOX/);
  assert.equal(readSettings({ ...env, HIKYAKU_SANDBOX: 'force' }).isSandbox, true);
  assert.equal(readSettings({ HIKYAKU_PUBLIC_URL: 'https://relay.example' }).isSandbox, false);
});

test('a deadline as long as the lease is refused', () => {
  assert.match(message({ HIKYAKU_LEASE_MS: '1000', HIKYAKU_SEND_DEADLINE_MS: '1000' }), /shorter/);
});

test('a client id without its secret is refused', () => {
  assert.match(message({ HIKYAKU_GOOGLE_CLIENT_ID: 'x' }), /HIKYAKU_GOOGLE_CLIENT_SECRET/);
});
