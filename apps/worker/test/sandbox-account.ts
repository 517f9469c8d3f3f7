import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { childEnvironment } from '@hikyaku/config';
import type { OAuthConnector, OAuthGrant } from '@hikyaku/core';
import { readLogLines } from '@hikyaku/testing';

export interface Started {
  child: ChildProcess;
  lines: Record<string, unknown>[];
  /** The line `started`, or undefined when the process ended before it. */
  started: Promise<Record<string, unknown> | undefined>;
}

/** What Microsoft is asked for where large mail may be uploaded. */
export const UPLOAD_SCOPES = ['email', 'User.Read', 'Mail.Send', 'Mail.ReadWrite'];

/** A program of the product in sandbox mode. */
export function start(main: string, env: Record<string, string>): Started {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
    env: childEnvironment({ HIKYAKU_SANDBOX: 'on', ...env }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Record<string, unknown>[] = [];
  const started = new Promise<Record<string, unknown> | undefined>((resolve) => {
    readLogLines<Record<string, unknown>>(child.stdout!, (line) => {
      lines.push(line);
      if (line.event === 'started') resolve(line);
    });
    child.once('exit', () => resolve(undefined));
  });
  return { child, lines, started };
}

export async function stop({ child }: Started): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** An account of the sandbox at `origin`, connected as the API does it. */
export async function connectAccount(
  connector: OAuthConnector,
  origin: string,
  address: string,
  { wantsLarge = false } = {},
): Promise<OAuthGrant> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  await fetch(`${origin}/knobs`, { ...post, body: JSON.stringify({ accounts: { [address]: { consent: 'auto' } } }) });
  const redirectUri = `http://localhost:3000/oauth/${connector.provider}/callback`;
  const codeVerifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
  const url = await connector.authorizationUrl({
    state: 's',
    codeChallenge,
    redirectUri,
    loginHint: address,
    wantsLarge,
  });
  const location = (await fetch(url, { redirect: 'manual' })).headers.get('location')!;
  const code = new URL(location).searchParams.get('code')!;
  return connector.redeem({ code, codeVerifier, redirectUri, wantsLarge });
}
