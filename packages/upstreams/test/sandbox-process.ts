import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf, readLogLines } from '@hikyaku/testing';

export interface SandboxMail {
  from: string;
  id: string;
  to: string[];
  cc: string[];
  bcc: string[];
  raw: string;
}

export interface SandboxFault {
  call: string;
  mailbox?: string;
  times?: number | null;
  [knob: string]: unknown;
}

export interface SandboxProcess {
  origin: string;
  smtpPort: number;
  knobs(change: Record<string, unknown>): Promise<{ faults: SandboxFault[] }>;
  fault(fault: SandboxFault): Promise<void>;
  /** Times left of the faults that wait for this mailbox. */
  faultsLeft(mailbox: string): Promise<number>;
  box(address: string, name: 'sent' | 'inbox'): Promise<SandboxMail[]>;
  stop(): Promise<void>;
}

/** The sandbox as its own process, as in production, on a port of its own. */
export async function startSandbox(): Promise<SandboxProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'hikyaku-upstreams-'));
  const child = spawn(process.execPath, [programOf('packages/sandbox')], {
    env: { PATH: process.env.PATH, HIKYAKU_SANDBOX: 'on', HIKYAKU_SANDBOX_PORT: '0', HIKYAKU_DATA_DIR: dir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { port, smtpPort } = await new Promise<{ port: number; smtpPort: number }>((resolve, reject) => {
    readLogLines<{ event?: string; port?: number; smtpPort?: number }>(child.stdout, ({ event, port, smtpPort }) => {
      if (event === 'started' && port && smtpPort) resolve({ port, smtpPort });
    });
    child.once('exit', () => reject(new Error('the sandbox did not start')));
  });
  const origin = `http://127.0.0.1:${port}`;
  const knobs = async (change: Record<string, unknown>) => {
    const response = await fetch(`${origin}/knobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(change),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { faults: SandboxFault[] };
  };
  return {
    origin,
    smtpPort,
    knobs,
    fault: async (fault) => void (await knobs({ faults: [fault] })),
    async faultsLeft(mailbox) {
      const { faults } = await knobs({});
      return faults.filter((fault) => fault.mailbox === mailbox).reduce((sum, fault) => sum + (fault.times ?? 0), 0);
    },
    async box(address, name) {
      const response = await fetch(`${origin}/mailboxes/${encodeURIComponent(address)}/${name}`);
      return ((await response.json()) as { items: SandboxMail[] }).items;
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function pkce(): { codeVerifier: string; codeChallenge: string } {
  const codeVerifier = randomBytes(32).toString('base64url');
  return { codeVerifier, codeChallenge: createHash('sha256').update(codeVerifier).digest('base64url') };
}

/** Follows an authorization URL as a browser with consent given, up to the redirect; its query. */
export async function authorize(sandbox: SandboxProcess, url: string, address: string): Promise<URLSearchParams> {
  await sandbox.knobs({ accounts: { [address]: { consent: 'auto' } } });
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (!location) throw new Error(`no redirect: ${response.status}`);
  return new URL(location).searchParams;
}
