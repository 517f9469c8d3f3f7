import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { httpCall } from '../src/http/http-call.ts';
import { openUpstreamPool } from '../src/http/upstream-pool.ts';
import type { MicrosoftConfig } from '../src/microsoft/config.ts';
import { createMicrosoftConnector } from '../src/microsoft/connector.ts';
import { base64Length, encodeBase64 } from '../src/sending/base64-stream.ts';
import { providerText } from '../src/sending/provider-text.ts';
import { upstreamEndpoints } from '../src/upstream-endpoints.ts';

async function collect(chunks: Uint8Array[]): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  const source = async function* () {
    yield* chunks;
  };
  for await (const piece of encodeBase64(source(), Buffer.concat(chunks).length)) pieces.push(piece);
  return pieces;
}

test('a stream in base64 is the base64 of the whole, however it is cut, in the length said beforehand', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 40 }), async (chunks) => {
      const whole = Buffer.concat(chunks);
      const encoded = Buffer.concat(await collect(chunks));
      assert.equal(encoded.toString('latin1'), whole.toString('base64'));
      assert.equal(encoded.length, base64Length(whole.length));
    }),
  );
});

test('what is left over by threes at the end of a mail is no piece of its own', async () => {
  assert.equal((await collect([Buffer.alloc(2000, 7)])).length, 1);
  assert.equal((await collect([Buffer.alloc(700, 7), Buffer.alloc(1301, 7)])).length, 3);
});

test('a mail in one chunk is never encoded as one piece', async () => {
  const whole = Buffer.alloc(3_000_001, 7);
  const pieces = await collect([whole]);
  assert.equal(Buffer.concat(pieces).toString('latin1'), whole.toString('base64'));
  assert.ok(Math.max(...pieces.map((piece) => piece.length)) <= 80_000);
});

test('a provider’s words are shown on one line, cut, and without anything that could be a token', () => {
  const token = `eyJ0eXAiOiJKV1Qi.${'x'.repeat(40)}.sig`;
  assert.equal(providerText(`JWT '${token}' is\r\nnot valid`), "JWT '[…]' is not valid");
  assert.equal(
    providerText('Trace ID: a7c9b0f2-0000-4000-8000-000000000000'),
    'Trace ID: a7c9b0f2-0000-4000-8000-000000000000',
  );
  assert.equal(providerText('word '.repeat(300))?.length, 500);
  assert.equal(providerText(''), undefined);
  assert.equal(providerText(' \n'), undefined);
});

test('live settings lead to the real services with our own clients, and only for providers that have one', () => {
  const {
    environment,
    microsoft: whole,
    google,
  } = upstreamEndpoints({
    isSandbox: false,
    sandboxOrigin: 'http://127.0.0.1:1',
    MICROSOFT_CLIENT_ID: 'id',
    MICROSOFT_CLIENT_SECRET: 'secret',
  });
  assert.equal(environment, 'live');
  assert.equal(google, null);
  const { smtp, ...microsoft } = whole!;
  assert.equal(smtp?.work.host, 'smtp.office365.com');
  assert.deepEqual(microsoft, {
    environment: 'live',
    clientId: 'id',
    clientSecret: 'secret',
    authority: 'https://login.microsoftonline.com/common',
    loginUrl: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    scopes: ['email', 'User.Read', 'Mail.Send'],
    adminConsentUrl: 'https://login.microsoftonline.com/organizations/v2.0/adminconsent',
  });
});

test('sandbox settings never name a real service, even with real client ids set', () => {
  const endpoints = upstreamEndpoints({
    isSandbox: true,
    SANDBOX_PORT: 4000,
    MICROSOFT_CLIENT_ID: 'id',
    MICROSOFT_CLIENT_SECRET: 'real',
    GOOGLE_CLIENT_ID: 'id',
    GOOGLE_CLIENT_SECRET: 'real',
  });
  const text = JSON.stringify(endpoints);
  assert.doesNotMatch(text, /microsoftonline|graph\.microsoft|googleapis|accounts\.google|"real"/);
  assert.match(text, /http:\/\/127\.0\.0\.1:4000\//);
});

test('national clouds and single-tenant registrations have their own hosts, and administrators a page there', async () => {
  const clients = { isSandbox: false, MICROSOFT_CLIENT_ID: 'm', MICROSOFT_CLIENT_SECRET: 's' };
  const of = (more: object) => upstreamEndpoints({ ...clients, ...more }).microsoft!;
  assert.equal(of({}).adminConsentUrl, 'https://login.microsoftonline.com/organizations/v2.0/adminconsent');
  const own = of({
    MICROSOFT_AUTHORITY: 'https://login.microsoftonline.us/firm.example/',
    MICROSOFT_GRAPH_URL: 'https://graph.microsoft.us/',
  });
  assert.equal(own.adminConsentUrl, 'https://login.microsoftonline.us/firm.example/v2.0/adminconsent');
  assert.equal(own.graphUrl, 'https://graph.microsoft.us');
  const pool = openUpstreamPool();
  const takesLarge = (config: MicrosoftConfig) => createMicrosoftConnector({ config, pool }).takesLarge;
  assert.deepEqual([of({}), own].map(takesLarge), [true, false], 'SMTP servers of national clouds are not known');
  await pool.close();
});

test('calls leave by the proxy of the machine where there is one, but for the hosts that it excepts', async () => {
  const asked: string[] = [];
  const proxy = createServer((socket) => {
    socket.once('data', (data) => {
      asked.push(data.toString().split('\r\n')[0]!);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const pool = openUpstreamPool({ url, except: 'localhost' });
  const call = (target: string) => httpCall(pool, { method: 'GET', url: target, signal: AbortSignal.timeout(10_000) });
  await assert.rejects(call('https://graph.example/v1.0/me'));
  // Nobody listens there: refused by this machine itself, and not asked of the proxy.
  await assert.rejects(call('https://localhost:1/'), (error: { code?: string }) => error.code === 'ECONNREFUSED');
  await pool.close();
  proxy.close();
  assert.deepEqual(asked, ['CONNECT graph.example:443 HTTP/1.1']);
});
