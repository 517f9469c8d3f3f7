import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { connect } from 'node:tls';
import { createLogger } from '@hikyaku/telemetry';
import { createSelfSigned, type KeyKind } from '@hikyaku/vault';
import { wrapTls } from '../src/doors/wrap-tls.ts';
import { describeChain } from '../src/tls/certificates.ts';
import { keepTlsContexts, type TlsKeeper } from '../src/tls/contexts.ts';

const folder = mkdtempSync(join(tmpdir(), 'hikyaku-tls-'));
const ticketSecret = Buffer.alloc(32, 1);
const logger = createLogger({ name: 'test', level: 'silent' });
after(() => rmSync(folder, { recursive: true }));

/** The host that a fresh connection gets a certificate for. */
async function hostServed(keeper: TlsKeeper, context: 'modern' | 'legacy'): Promise<string | undefined> {
  const server = createServer((socket) => {
    wrapTls(socket, keeper.current()[context].context).then(
      (secure) => secure.on('error', () => {}).end(),
      () => {},
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await new Promise((resolve, reject) => {
      const socket = connect({ port, rejectUnauthorized: false }, () => {
        resolve(socket.getPeerX509Certificate()?.subject);
        socket.destroy();
      });
      socket.on('error', reject);
    });
  } finally {
    server.close();
  }
}

async function until(check: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await check())) {
    if (Date.now() > end) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function put(kind: KeyKind, host: string): Promise<string> {
  const pair = createSelfSigned(kind, [host]);
  const [cert, key] = [join(folder, `${kind}.own.cert.pem`), join(folder, `${kind}.own.key.pem`)];
  await writeFile(key, pair.key);
  await writeFile(cert, pair.cert);
  return `${cert}:${key}`;
}

const keep = (files: string[], host = 'mail.example', legacyFiles: string[] = [], issuedFiles: string[] = []) =>
  keepTlsContexts({
    files,
    legacyFiles,
    issuedFiles,
    dir: join(folder, 'tls'),
    host,
    ticketSecret,
    logger,
    watchEveryMs: 20,
  });

test('the operator’s files are used and read again when they change; half a pair leaves the old one', async () => {
  const files = [await put('ecdsa', 'first.example')];
  const keeper = await keep(files);
  assert.equal(await hostServed(keeper, 'modern'), 'CN=first.example');
  // The operator gave no RSA pair, so the legacy doors have ours.
  assert.equal(await hostServed(keeper, 'legacy'), 'CN=mail.example');
  await put('ecdsa', 'second.example');
  await until(async () => (await hostServed(keeper, 'modern')) === 'CN=second.example');
  await writeFile(files[0]!.split(':')[0]!, createSelfSigned('ecdsa', ['other.example']).cert);
  await new Promise((resolve) => setTimeout(resolve, 150));
  assert.equal(await hostServed(keeper, 'modern'), 'CN=second.example');
  keeper.close();
});

test('the legacy doors get the operator’s RSA pair when there is one', async () => {
  const keeper = await keep([await put('ecdsa', 'new.example'), await put('rsa', 'old.example')]);
  assert.equal(await hostServed(keeper, 'legacy'), 'CN=old.example');
  keeper.close();
});

test('the legacy doors may have a chain of their own', async () => {
  const pair = createSelfSigned('rsa', ['older-root.example']);
  const [cert, key] = [join(folder, 'legacy.cert.pem'), join(folder, 'legacy.key.pem')];
  await writeFile(cert, pair.cert);
  await writeFile(key, pair.key);
  const keeper = await keep([await put('rsa', 'today.example')], 'mail.example', [`${cert}:${key}`]);
  assert.equal(await hostServed(keeper, 'legacy'), 'CN=older-root.example');
  assert.equal(await hostServed(keeper, 'modern'), 'CN=today.example');
  // Its owner reads what a device that refuses it was shown.
  assert.equal(keeper.current().legacy.chain, 'older-root.example');
  keeper.close();
});

test('a chain is told by its names, the one who signed the last certificate at its end', () => {
  const [own, middle] = [createSelfSigned('ecdsa', ['relay.example']), createSelfSigned('ecdsa', ['R13'])];
  assert.equal(describeChain(`${own.cert}${middle.cert}`), 'relay.example ← R13');
  assert.equal(describeChain(''), '');
});

test('a handshake that never comes is given up', async () => {
  const keeper = await keep([]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const silent = connectPlain(port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  await assert.rejects(wrapTls(socket, keeper.current().modern.context, 50), { code: 'ERR_TLS_HANDSHAKE_TIMEOUT' });
  silent.destroy();
  server.close();
  keeper.close();
});

test('renewed certificates end no session that is open', async () => {
  const files = [await put('ecdsa', 'before.example')];
  const keeper = await keep(files);
  const server = createServer((socket) => {
    void wrapTls(socket, keeper.current().modern.context).then((secure) => secure.pipe(secure));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const session = connect({ port, rejectUnauthorized: false });
  await once(session, 'secureConnect');
  await put('ecdsa', 'after.example');
  await until(async () => (await hostServed(keeper, 'modern')) === 'CN=after.example');
  session.write('still here');
  assert.equal(String((await once(session, 'data'))[0]), 'still here');
  assert.equal(session.getPeerX509Certificate()?.subject, 'CN=before.example');
  session.destroy();
  server.close();
  keeper.close();
});

test('self-signed certificates last from start to start, and are made anew for another host', async () => {
  const startAs = async (host: string) => (await keep([], host)).close();
  await startAs('mail.example');
  const read = () => readFile(join(folder, 'tls', 'ecdsa.cert.pem'), 'utf8');
  const first = await read();
  await startAs('mail.example');
  assert.equal(await read(), first);
  await startAs('moved.example');
  assert.notEqual(await read(), first);
});

test('what an authority gives is served once it is there, replaced whole; what is no pair is as if it were not there', async () => {
  const paths = ['ecdsa', 'rsa'].map((kind) => join(folder, `issued.${kind}.pem`));
  const give = async (host: string) => {
    for (const [index, kind] of (['ecdsa', 'rsa'] as const).entries()) {
      const { cert, key } = createSelfSigned(kind, [host]);
      await writeFile(`${paths[index]}.new`, key + cert);
      await rename(`${paths[index]}.new`, paths[index]!);
    }
  };
  await writeFile(paths[0]!, 'half of one');
  const keeper = await keep([], 'mail.example', [], paths);
  assert.equal(await hostServed(keeper, 'modern'), 'CN=mail.example');
  for (const host of ['first.example', 'second.example']) {
    await give(host);
    for (const door of ['modern', 'legacy'] as const)
      await until(async () => (await hostServed(keeper, door)) === `CN=${host}`);
  }
  keeper.close();
});

test('a pair that cannot be read stops the start and is named', async () => {
  await assert.rejects(keep(['/nowhere/cert.pem:/nowhere/key.pem']), /HIKYAKU_TLS_CERT_FILES \/nowhere\/cert\.pem/);
});
