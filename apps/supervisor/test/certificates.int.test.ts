import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import {
  authorityFolder,
  childEnvironment,
  readSettings,
  type WantedCertificate,
  wantedCertificates,
} from '@hikyaku/config';
import { CERTIFICATE_TROUBLES_FILE, parseCertificateTroubles, type RelayError } from '@hikyaku/core';
import { programOf, reservePorts, startAuthority, type TestAuthority, until } from '@hikyaku/testing';
import { createSelfSigned } from '@hikyaku/vault';
import { type AskAuthority, openAuthority } from '../src/acme/ask-authority.ts';
import { keepCertificates } from '../src/acme/keep-certificates.ts';
import { pagePair } from '../src/acme/watch-authority.ts';
import { type Front, startFront } from '../src/front/front.ts';

const folder = mkdtempSync(join(tmpdir(), 'hikyaku-acme-'));
const challenges = new Map<string, string>();
let authority: TestAuthority;
let front: Front;
let settings: ReturnType<typeof readSettings>;

before(async () => {
  const [port, tlsPort] = (await reservePorts(2)) as [number, number];
  authority = await startAuthority(port);
  settings = readSettings({
    HIKYAKU_DATA_DIR: folder,
    HIKYAKU_ACME: 'on',
    HIKYAKU_ACME_DIRECTORY: authority.directoryUrl,
    HIKYAKU_ACME_CA_FILE: authority.caFile,
    HIKYAKU_SMTP_HOST: 'smtp.relay.test',
    HIKYAKU_PUBLIC_URL: 'https://relay.test',
    HIKYAKU_HTTPS_PORT: String(tlsPort),
    HIKYAKU_WEB_PORT: String(port),
    HIKYAKU_SANDBOX: 'off',
  });
  front = await startFront({
    ...{
      port,
      host: '127.0.0.1',
      publicUrl: settings.PUBLIC_URL,
      isProxy: () => false,
      apiPort: 1,
      webPort: 1,
      challenges,
    },
    tls: { port: tlsPort, pair: createSelfSigned('ecdsa', ['relay.test']) },
  });
});
after(async () => {
  authority?.close();
  await front?.close().catch(() => {});
  rmSync(folder, { recursive: true });
});

interface Kept {
  look(): Promise<void>;
  issued: WantedCertificate[];
  troubles: { host: string; error: RelayError; nextAt: number }[];
  close(): void;
}

/** Keeps the certificates of the settings; `clock` may run ahead. */
async function keep(options: Partial<Parameters<typeof keepCertificates>[0]> = {}): Promise<Kept> {
  const issued: WantedCertificate[] = [];
  const troubles: Kept['troubles'] = [];
  const keeper = await keepCertificates({
    wanted: wantedCertificates(settings),
    folder: authorityFolder(settings),
    directoryUrl: settings.ACME_DIRECTORY,
    email: 'operator@relay.test',
    ask: await openAuthority({ caFile: settings.ACME_CA_FILE, proxy: {} }),
    challenges,
    log: () => {},
    onIssued: (certificate) => issued.push(certificate),
    onTrouble: (host, error, nextAt) => troubles.push({ host, error, nextAt }),
    ...options,
  });
  return { issued, troubles, ...keeper };
}

/** The certificate at the front's TLS port. */
const shownAtFront = (): Promise<X509Certificate> =>
  new Promise((resolve, reject) => {
    const socket = connect(
      { port: front.tlsPort!, host: '127.0.0.1', servername: 'relay.test', rejectUnauthorized: false },
      () => {
        resolve(socket.getPeerX509Certificate()!);
        socket.destroy();
      },
    );
    socket.on('error', reject);
  });

test('a real authority certifies the doors by both kinds of key and the dashboard; nothing is left to ask for until a third before the end', async () => {
  const kept = await keep();
  await kept.look();
  kept.close();
  assert.deepEqual(
    kept.issued.map(({ host, kind }) => `${host} ${kind}`),
    ['smtp.relay.test ecdsa', 'smtp.relay.test rsa', 'relay.test ecdsa'],
  );
  assert.equal(challenges.size, 0);
  const root = new X509Certificate(await authority.root());
  for (const { host, kind, path } of kept.issued) {
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const text = readFileSync(path, 'utf8');
    const [leaf, issuer] = text
      .match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)!
      .map((pem) => new X509Certificate(pem));
    assert.equal(leaf!.checkHost(host), host);
    assert.equal(leaf!.publicKey.asymmetricKeyType, kind === 'rsa' ? 'rsa' : 'ec');
    assert.ok(leaf!.verify(issuer!.publicKey) && issuer!.verify(root.publicKey), 'the chain is whole');
  }
  // The front shows it without a new start.
  assert.equal((await shownAtFront()).subject, 'CN=relay.test');
  front.setPair(await pagePair(settings));
  assert.equal(
    (await shownAtFront()).fingerprint256,
    new X509Certificate(readFileSync(kept.issued[2]!.path)).fingerprint256,
  );
});

test('a certificate is renewed when two thirds of its life are over; one that is about to end as it comes is not asked for again and again', async () => {
  const years = (count: number) => new Date(Date.now() - count * 365.25 * 86_400_000);
  const path = join(folder, 'aging.pem');
  const wanted: WantedCertificate[] = [{ host: 'aging.test', kind: 'ecdsa', path }];
  for (const [age, issued] of [
    [6, 0],
    [7, 1],
  ] as const) {
    const { key, cert } = createSelfSigned('ecdsa', ['aging.test'], years(age));
    writeFileSync(path, key + cert);
    const kept = await keep({ wanted });
    await kept.look();
    kept.close();
    assert.equal(kept.issued.length, issued, `${age} years of ten`);
  }
  const wrongClock = await keep({ wanted, now: () => Date.now() + 20 * 365 * 86_400_000 });
  await wrongClock.look();
  wrongClock.close();
  assert.equal(wrongClock.issued.length, 1);
  assert.match(wrongClock.troubles[0]!.error.message, /is the clock of this machine right/);
});

test('what keeps a certificate away is told in a code, and is not asked for again before its time, not even by a new start', async () => {
  const wanted = ['ecdsa', 'rsa'].map((kind) => ({
    host: 'other.test',
    kind,
    path: join(folder, `other.${kind}.pem`),
  })) as WantedCertificate[];
  let later = 0;
  const now = () => Date.now() + later;
  const state = () =>
    parseCertificateTroubles(readFileSync(join(authorityFolder(settings), CERTIFICATE_TROUBLES_FILE), 'utf8'))[
      'other.test'
    ];

  // Its challenge is answered by somebody else: the front knows nothing of it.
  const kept = await keep({ wanted, now, challenges: new Map() });
  await kept.look();
  assert.deepEqual(
    kept.troubles.map(({ error }) => error.code),
    ['certificate.other_server'],
  );
  const first = state()!;
  assert.equal(first.failures, 1);
  assert.ok(first.nextAt - first.lastAt >= 15 * 60_000 && first.nextAt - first.lastAt <= 17 * 60_000);
  await kept.look();
  kept.close();
  assert.equal(kept.troubles.length, 1, 'one try for both kinds, and none before its time');

  const restarted = await keep({ wanted, now, challenges: new Map() });
  await restarted.look();
  assert.deepEqual([restarted.issued, restarted.troubles], [[], []]);

  later = 20 * 60_000;
  await restarted.look();
  restarted.close();
  assert.equal(restarted.troubles.length, 1);
  assert.equal(state()!.since, first.since);
  assert.ok(state()!.nextAt - state()!.lastAt >= 30 * 60_000);

  // A new start begins the back-off anew.
  later = 36 * 60_000;
  const mended = await keep({ wanted, now });
  await mended.look();
  mended.close();
  assert.equal(mended.issued.length, 2);
  assert.equal(state(), undefined);
});

test('what an authority wants to have renewed sooner is renewed sooner, not on its first day, and what it says of nothing or wrongly changes nothing', async () => {
  const wanted: WantedCertificate[] = [{ host: 'called.test', kind: 'ecdsa', path: join(folder, 'called.pem') }];
  const ask = await openAuthority({ caFile: settings.ACME_CA_FILE, proxy: {} });
  const asked: string[] = [];
  /** The authority, as if it knew RFC 9773 (this Pebble does not). */
  const saying =
    (text: string): AskAuthority =>
    async (url, body) => {
      if (url.startsWith('https://renewal.test/info/')) {
        asked.push(url);
        return { status: 200, headers: {}, text };
      }
      const answer = await ask(url, body);
      if (url !== settings.ACME_DIRECTORY) return answer;
      const directory = { ...(JSON.parse(answer.text) as object), renewalInfo: 'https://renewal.test/info' };
      return { ...answer, text: JSON.stringify(directory) };
    };
  const windowAt = (from: number): string => {
    const [start, end] = [from, from + 60_000].map((at) => new Date(at).toISOString());
    return JSON.stringify({ suggestedWindow: { start, end } });
  };
  const issuedAfter = async (days: number, text: string): Promise<number> => {
    const now = () => Date.now() + days * 86_400_000;
    const kept = await keep({ wanted, ask: saying(text), now });
    await kept.look();
    await kept.look();
    kept.close();
    assert.deepEqual(kept.troubles, []);
    return kept.issued.length;
  };
  const past = windowAt(Date.now() - 86_400_000);
  assert.equal(await issuedAfter(0, past), 1, 'the first one');
  assert.equal(await issuedAfter(0.9, past), 0, 'on its first day');
  assert.equal(asked.length, 1, 'once in six hours');
  assert.match(asked[0]!, /\/info\/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/);
  for (const text of [windowAt(Date.now() + 30 * 86_400_000), '{}', 'no JSON', '{"suggestedWindow":{"start":"x"}}'])
    assert.equal(await issuedAfter(2, text), 0, text);
  const renewed = await keep({ wanted, ask: saying(past), now: () => Date.now() + 2 * 86_400_000 });
  await renewed.look();
  renewed.close();
  assert.equal(renewed.issued.length, 1);
});

test('port 80 that leads nowhere and an authority that nobody vouches for have words of their own', async () => {
  const wanted = (host: string): WantedCertificate[] => [{ host, kind: 'ecdsa', path: join(folder, `${host}.pem`) }];
  const [unheard] = await reservePorts(1);
  const elsewhere = await startAuthority(unheard!);
  try {
    const ask = await openAuthority({ caFile: elsewhere.caFile, proxy: {} });
    const kept = await keep({ wanted: wanted('closed.test'), ask, directoryUrl: elsewhere.directoryUrl });
    await kept.look();
    kept.close();
    assert.deepEqual(
      kept.troubles.map(({ error }) => error.code),
      ['certificate.unreachable'],
    );
  } finally {
    elsewhere.close();
  }
  const kept = await keep({
    wanted: wanted('trustless.test'),
    ask: await openAuthority({ caFile: undefined, proxy: {} }),
  });
  await kept.look();
  kept.close();
  assert.deepEqual(
    kept.troubles.map(({ error }) => error.code),
    ['certificate.authority'],
  );
  assert.match(kept.troubles[0]!.error.message, /self-signed certificate|unable to verify/);
});

test('the front sends plain requests to its TLS port, but for challenges and questions of health, and answers none that is not asked for', async () => {
  const plain = (path: string) => fetch(`http://127.0.0.1:${front.port}${path}`, { redirect: 'manual' });
  const page = await plain('/devices?x=1');
  assert.deepEqual([page.status, page.headers.get('location')], [308, 'https://relay.test/devices?x=1']);
  assert.equal((await plain('/readyz')).status, 503);
  challenges.set('token-1', 'token-1.print');
  assert.equal(await (await plain('/.well-known/acme-challenge/token-1')).text(), 'token-1.print');
  for (const path of ['token-2', '', '__proto__', 'token-1/x', `${'a'.repeat(200)}`])
    assert.equal((await plain(`/.well-known/acme-challenge/${path}`)).status, 404, path);
  challenges.clear();
});

test('the program of the containers gets the doors’ pairs where the front is somebody else’s, shows nothing but challenges, and ends at SIGTERM', async () => {
  // The authority asks at this port.
  const { port } = front;
  await front.close();
  const dataDir = join(folder, 'container');
  const env = {
    HIKYAKU_DATA_DIR: dataDir,
    HIKYAKU_ACME: 'on',
    HIKYAKU_ACME_DIRECTORY: authority.directoryUrl,
    HIKYAKU_ACME_CA_FILE: authority.caFile,
    HIKYAKU_SMTP_HOST: 'smtp.relay.test',
    HIKYAKU_PUBLIC_URL: 'https://relay.test',
    HIKYAKU_WEB_PORT: String(port),
    HIKYAKU_SANDBOX: 'off',
  };
  const program = spawn(process.execPath, [programOf('apps/supervisor').replace('/main.', '/certificates-main.')], {
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(program, 'exit');
  try {
    program.stdout.resume();
    const paths = wantedCertificates(readSettings(env)).map(({ path }) => path);
    assert.equal(paths.length, 2);
    await until('both pairs', () => paths.every((path) => existsSync(path)), 60_000);
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
  } finally {
    program.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
});
