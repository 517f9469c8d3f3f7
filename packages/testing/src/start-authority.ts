import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSelfSigned } from '@hikyaku/vault';
import { until } from './durability/until.ts';
import { reservePorts } from './ports/reserve-ports.ts';

export interface TestAuthority {
  directoryUrl: string;
  /** What vouches for the directory's own address (PEM). */
  caFile: string;
  /** The root of what it issues (PEM), another one at each start. */
  root(): Promise<string>;
  close(): void;
}

/**
 * Pebble, Let's Encrypt's own ACME server for tests, with its stand-in for the DNS: every name is this machine. It throws away three nonces of ten, as clients have to bear,
 * and asks for challenges at `httpPort`.
 */
export async function startAuthority(httpPort: number): Promise<TestAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-authority-'));
  const [port, managementPort, dnsPort, unusedPort] = (await reservePorts(4)) as [number, number, number, number];
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const pair = createSelfSigned('ecdsa', ['localhost', '127.0.0.1']);
  const certificate = file('cert.pem', pair.cert);
  const config = file(
    'pebble.json',
    JSON.stringify({
      pebble: {
        listenAddress: `127.0.0.1:${port}`,
        managementListenAddress: `127.0.0.1:${managementPort}`,
        certificate,
        privateKey: file('key.pem', pair.key),
        httpPort,
        tlsPort: unusedPort,
      },
    }),
  );
  const children: ChildProcess[] = [
    spawn(
      'pebble-challtestsrv',
      [
        ...['-dns01', `127.0.0.1:${dnsPort}`, '-management', ''],
        ...['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''],
      ],
      { stdio: 'ignore' },
    ),
    spawn('pebble', ['-config', config, '-dnsserver', `127.0.0.1:${dnsPort}`], {
      stdio: 'ignore',
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '30' },
    }),
  ];
  const root = () => fetchText(`https://127.0.0.1:${managementPort}/roots/0`, pair.cert);
  const close = (): void => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const answers = async () => (await root()).includes('BEGIN CERTIFICATE');
    await until('the authority', () => answers().catch(() => false), 30_000);
  } catch (error) {
    close();
    throw error;
  }
  return {
    directoryUrl: `https://127.0.0.1:${port}/dir`,
    caFile: certificate,
    root,
    close,
  };
}

function fetchText(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve(text));
    }).on('error', reject);
  });
}
