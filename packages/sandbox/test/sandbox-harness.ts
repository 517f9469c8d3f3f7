import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Clock, SANDBOX_CLIENTS, systemClock } from '@hikyaku/core';
import { createLogger } from '@hikyaku/telemetry';
import { openSandbox } from '../src/sandbox.ts';

export const PUBLIC_URL = 'http://localhost:3000';
export const redirectUri = (provider: 'microsoft' | 'google'): string => `${PUBLIC_URL}/oauth/${provider}/callback`;

export const MICROSOFT_SCOPE = 'openid profile email offline_access User.Read Mail.Send';
export const GOOGLE_SCOPE = 'openid email https://www.googleapis.com/auth/gmail.send';

/** A clock that a test can put forward. */
export function movableClock(): Clock & { forward(ms: number): void } {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    sleep: systemClock.sleep,
    forward(ms) {
      ahead += ms;
    },
  };
}

/** A sandbox on a port of its own, closed and removed at the test's end. */
export async function useSandbox(t: TestContext, options: { clock?: Clock; dir?: string } = {}) {
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'hikyaku-sandbox-'));
  const logger = createLogger({ name: 'sandbox', level: 'silent' });
  const sandbox = await openSandbox({ dir, publicUrl: PUBLIC_URL, logger, clock: options.clock });
  const { origin, smtpPort } = await sandbox.listen(0);
  t.after(async () => {
    await sandbox.close();
    if (!options.dir) rmSync(dir, { recursive: true, force: true });
  });
  const postJson = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(origin + path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  const postForm = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(origin + path, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });
  return {
    sandbox,
    origin,
    smtpPort,
    dir,
    postJson,
    postForm,
    get: (path: string) => fetch(origin + path, { redirect: 'manual' }),
  };
}
export type TestSandbox = Awaited<ReturnType<typeof useSandbox>>;

export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

export function authorizePath(provider: 'microsoft' | 'google', params: Record<string, string> = {}): string {
  const path = provider === 'microsoft' ? '/microsoft/common/oauth2/v2.0/authorize' : '/google/o/oauth2/v2/auth';
  const query = new URLSearchParams({
    client_id: SANDBOX_CLIENTS[provider].clientId,
    redirect_uri: redirectUri(provider),
    response_type: 'code',
    scope: provider === 'microsoft' ? MICROSOFT_SCOPE : GOOGLE_SCOPE,
    state: 'state-1',
    ...(provider === 'google' ? { access_type: 'offline', prompt: 'consent' } : {}),
    ...params,
  });
  return `${path}?${query}`;
}

export const tokenPath = (provider: 'microsoft' | 'google'): string =>
  provider === 'microsoft' ? '/microsoft/common/oauth2/v2.0/token' : '/google/token';

export function tokenForm(provider: 'microsoft' | 'google', form: Record<string, string>): Record<string, string> {
  const { clientId, clientSecret } = SANDBOX_CLIENTS[provider];
  return { client_id: clientId, client_secret: clientSecret, ...form };
}

export interface TokenAnswer {
  access_token: string;
  refresh_token?: string;
  id_token: string;
  scope: string;
  expires_in: number;
  error?: string;
  error_codes?: number[];
}

/** A code, with consent given by knob. */
export async function askCode(
  box: TestSandbox,
  provider: 'microsoft' | 'google',
  address: string,
  params: Record<string, string> = {},
): Promise<string> {
  await box.postJson('/knobs', { accounts: { [address]: { consent: 'auto' } } });
  const response = await box.get(authorizePath(provider, { login_hint: address, ...params }));
  return new URL(response.headers.get('location')!).searchParams.get('code')!;
}

/** The whole sign-in of an account. */
export async function connect(
  box: TestSandbox,
  provider: 'microsoft' | 'google',
  address: string,
  params: Record<string, string> = {},
): Promise<TokenAnswer> {
  const { verifier, challenge } = pkce();
  const asked = { code_challenge: challenge, code_challenge_method: 'S256', ...params };
  const code = await askCode(box, provider, address, asked);
  const response = await box.postForm(
    tokenPath(provider),
    tokenForm(provider, {
      grant_type: 'authorization_code',
      code,
      code_verifier: verifier,
      redirect_uri: redirectUri(provider),
    }),
  );
  return (await response.json()) as TokenAnswer;
}

export interface MailItem {
  id: string;
  from: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string;
  sizeBytes: number;
  at: string;
  raw: string;
}

export async function readBox(box: TestSandbox, address: string, name: 'sent' | 'inbox'): Promise<MailItem[]> {
  const response = await box.get(`/mailboxes/${encodeURIComponent(address)}/${name}`);
  return ((await response.json()) as { items: MailItem[] }).items;
}

export const rawOf = (item: MailItem | undefined): string => Buffer.from(item?.raw ?? '', 'base64').toString('latin1');

/** A plain mail; `extra` are more header lines. */
export function mailText(from: string, to: string, extra: string[] = [], body = 'Motion at the gate.'): string {
  return [
    `From: "Gate" <${from}>`,
    ...(to ? [`To: ${to}`] : []),
    'Subject: Motion',
    'Date: Sat, 21 Nov 2026 09:00:00 +0900',
    'Message-ID: <1@gate.test>',
    ...extra,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
    '',
  ].join('\r\n');
}
