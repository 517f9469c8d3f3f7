import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings, wantedCertificates } from '../src/index.ts';

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

test('PUBLIC_URL is what the providers will take, told in one line before anything starts', () => {
  const clients = { HIKYAKU_MICROSOFT_CLIENT_ID: 'm', HIKYAKU_MICROSOFT_CLIENT_SECRET: 's' };
  const google = { HIKYAKU_GOOGLE_CLIENT_ID: 'g', HIKYAKU_GOOGLE_CLIENT_SECRET: 's' };
  const say = (url: string, env: Record<string, string> = clients) => message({ ...env, HIKYAKU_PUBLIC_URL: url });
  for (const [url, words] of [
    ['http://relay.example.com', /HIKYAKU_PUBLIC_URL must begin with https:\/\//],
    ['https://203.0.113.7', /must have a host name/],
    ['https://[2001:db8::7]', /must have a host name/],
    ['http://[::1]:3000', /must be http:\/\/localhost/],
    ['http://127.0.0.1:3000', /must be http:\/\/localhost/],
    ['https://relay.example.com/mail', /must be a host alone/],
    ['https://relay.example.com/?a=1', /must be a host alone/],
    ['https://me@relay.example.com', /must be a host alone/],
  ] as const) {
    assert.match(say(url), words, url);
    assert.doesNotMatch(say(url), /\n/);
  }
  for (const url of [
    'https://relay.example.com',
    'https://relay.example.com:8443/',
    'http://localhost:3000',
    'https://nas.lan',
  ]) {
    assert.equal(say(url), '', url);
  }
  for (const url of ['https://nas.lan', 'https://relay', 'https://relay.internal', 'https://x.home.arpa']) {
    assert.match(say(url, google), /must be a public name/, url);
  }
  assert.equal(say('http://localhost:3000', google), '');
  // Without their sign-in, with SMTP accounts alone or in sandbox mode, any address is the operator's own affair.
  assert.equal(say('http://192.168.1.5:3000', { HIKYAKU_SANDBOX: 'off' }), '');
  assert.equal(say('http://127.0.0.1:3000', {}), '');
});

test('where Microsoft is can be another cloud or one organization, and a proxy may stand in between', () => {
  const env = {
    HIKYAKU_MICROSOFT_AUTHORITY: 'https://login.microsoftonline.us/firm.example',
    HIKYAKU_MICROSOFT_GRAPH_URL: 'https://graph.microsoft.us',
    HIKYAKU_MICROSOFT_SCOPES: 'https://graph.microsoft.us/Mail.Send email',
    https_proxy: 'http://proxy.example:3128',
    HIKYAKU_SANDBOX: 'off',
  };
  const settings = readSettings(env);
  assert.deepEqual(settings.MICROSOFT_SCOPES, ['https://graph.microsoft.us/Mail.Send', 'email']);
  assert.equal(settings.HTTPS_PROXY, 'http://proxy.example:3128');
  assert.match(message({ HIKYAKU_MICROSOFT_AUTHORITY: 'https://login.microsoftonline.us' }), /a host and a tenant/);
  assert.match(message({ HIKYAKU_MICROSOFT_GRAPH_URL: 'https://graph.microsoft.us/v1.0' }), /without a path/);
  assert.match(message({ HIKYAKU_MICROSOFT_SCOPES: 'User.Read' }), /Mail\.Send/);
  assert.match(message({ ...env, https_proxy: 'proxy:3128' }), /HTTPS_PROXY must be an address/);
  assert.equal(message({ https_proxy: 'proxy:3128' }), '', 'the sandbox needs none');
  assert.match(message({ HIKYAKU_MICROSOFT_CLIENT_SECRET_ENDS: 'soon' }), /MICROSOFT_CLIENT_SECRET_ENDS/);
});

test('a Gmail account sends 60 mails in its first minute, as many as a new project may', () => {
  const { GOOGLE_BURST, GOOGLE_PER_MINUTE } = readSettings({});
  assert.equal(GOOGLE_BURST + GOOGLE_PER_MINUTE, 60);
});

test('certificates are asked for only where the operator said so and there is a name to ask for', () => {
  const wanted = (env: Record<string, string>) =>
    wantedCertificates(readSettings({ HIKYAKU_DATA_DIR: '/data', HIKYAKU_SANDBOX: 'off', ...env })).map(
      ({ path }) => path,
    );
  const page = { HIKYAKU_PUBLIC_URL: 'https://relay.example.com', HIKYAKU_HTTPS_PORT: '8443' };
  const doors = { HIKYAKU_SMTP_HOST: 'Smtp.example.com' };
  const on = { HIKYAKU_ACME: 'on' };
  const folder = '/data/certificates/acme-v02.api.letsencrypt.org-directory';
  assert.deepEqual(wanted({ ...page, ...doors }), [], 'never by default');
  assert.deepEqual(wanted({ ...on, ...page, ...doors }), [
    `${folder}/smtp.example.com.ecdsa.pem`,
    `${folder}/smtp.example.com.rsa.pem`,
    `${folder}/relay.example.com.ecdsa.pem`,
  ]);
  assert.deepEqual(wanted({ ...on, ...page, ...doors, HIKYAKU_TLS_CERT_FILES: '/a:/b' }), [
    `${folder}/relay.example.com.ecdsa.pem`,
  ]);
  assert.equal(wanted({ ...on, ...page, HIKYAKU_SMTP_HOST: 'relay.example.com' }).length, 2, 'one host, two kinds');
  assert.match(
    wanted({ ...on, ...doors, HIKYAKU_ACME_DIRECTORY: 'https://ca.lan:9000/acme/acme/directory' })[0]!,
    /\/ca\.lan-9000-acme-acme-directory\//,
  );
  for (const host of ['localhost', '192.0.2.7', 'relay', 'a.localhost', '../x.y'])
    assert.match(message({ ...on, HIKYAKU_SMTP_HOST: host }), /HIKYAKU_ACME has nothing to ask for/, host);
  assert.match(
    message({ HIKYAKU_HTTPS_PORT: '8443' }),
    /HIKYAKU_HTTPS_PORT needs a HIKYAKU_PUBLIC_URL that begins with https/,
  );
});

test('what people may sign in by is a list of providers, or none', () => {
  for (const [text, names] of [
    ['google', ['google']],
    ['microsoft, google', ['microsoft', 'google']],
    ['none', ['none']],
  ] as const)
    assert.deepEqual(readSettings({ HIKYAKU_SIGN_IN_WITH: text }).SIGN_IN_WITH, names);
  // As a compose file gives what nobody set.
  assert.equal(readSettings({ HIKYAKU_SIGN_IN_WITH: '' }).SIGN_IN_WITH, undefined);
  for (const text of ['facebook', 'google,none', 'Google'])
    assert.match(message({ HIKYAKU_SIGN_IN_WITH: text }), /HIKYAKU_SIGN_IN_WITH must be microsoft, google/);
});
