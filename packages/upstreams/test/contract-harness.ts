import { randomBytes } from 'node:crypto';
import { after, before } from 'node:test';
import { inspect } from 'node:util';
import type {
  ConnectedMailbox,
  MailTransport,
  OAuthConnector,
  OAuthGrant,
  PreparedMail,
  SendRequest,
  SendResult,
} from '@hikyaku/core';
import { openUpstreams, type Upstreams } from '../src/index.ts';
import { authorize, pkce, type SandboxProcess, startSandbox } from './sandbox-process.ts';

export type OAuthProvider = 'microsoft' | 'google';
/** Who lets the relay send: the person who signs in, or an organization without anybody's sign-in. */
export type Access = 'person' | 'app-only';

export interface Bench {
  sandbox: SandboxProcess;
  upstreams: Upstreams;
  transport: MailTransport;
  connector: OAuthConnector;
  provider: OAuthProvider;
  access: Access;
  /** Everything that came back, for the search for secrets. */
  seen: unknown[];
}

export function openBench(
  provider: OAuthProvider,
  sandbox: SandboxProcess,
  origin = sandbox.origin,
  access: Access = 'person',
  settings: { MICROSOFT_SCOPES?: string[] } = {},
): Bench {
  const upstreams = openUpstreams({
    isSandbox: true,
    sandboxOrigin: origin,
    SANDBOX_SMTP_PORT: sandbox.smtpPort,
    ...settings,
  });
  return {
    sandbox,
    upstreams,
    transport: upstreams.transports[provider]!,
    connector: upstreams.connectors[provider]!,
    provider,
    access,
    seen: [],
  };
}

/** A bench with a sandbox of its own for the tests of one suite; filled before the first of them. */
export function useBench(
  provider: OAuthProvider,
  access: Access = 'person',
  settings: { MICROSOFT_SCOPES?: string[] } = {},
): Bench {
  const bench = {} as Bench;
  before(async () => {
    const sandbox = await startSandbox();
    Object.assign(bench, openBench(provider, sandbox, sandbox.origin, access, settings));
  });
  after(async () => {
    await bench.upstreams.close();
    await bench.sandbox.stop();
  });
  return bench;
}

export type TestMailbox = ConnectedMailbox & { saved: string[]; saveSecret: (secret: string) => Promise<void> };

const newAddress = ({ provider }: Bench): string =>
  `m${randomBytes(6).toString('hex')}@${provider === 'google' ? 'gmail.com' : 'outlook.com'}`;

/** A mailbox connected by the connector itself; by default under an address that no other test uses. */
export async function connectMailbox(
  bench: Bench,
  address = newAddress(bench),
  { wantsShared = false, wantsLarge = false } = {},
): Promise<TestMailbox> {
  if (bench.access === 'app-only') return connectAppOnly(bench);
  const redirectUri = `http://localhost:3000/oauth/${bench.provider}/callback`;
  const { codeVerifier, codeChallenge } = pkce();
  const url = await bench.connector.authorizationUrl({
    ...{ state: 's', codeChallenge, redirectUri },
    loginHint: address,
    wantsShared,
    wantsLarge,
  });
  const code = (await authorize(bench.sandbox, url, address)).get('code')!;
  const grant = await bench.connector.redeem({ code, codeVerifier, redirectUri, wantsShared, wantsLarge });
  return mailboxOf(bench, grant);
}

/** A mailbox of an organization that has let the relay in, proved by the mail to itself. */
export async function connectAppOnly(bench: Bench, address = `alerts@m${randomBytes(6).toString('hex')}.example`) {
  await decideAsAdministrator(bench, address, 'accept');
  const grant = await bench.connector.appOnly!.sendProof({ address, subject: 'Code', text: 'Code' });
  return mailboxOf(bench, grant);
}

/** What an administrator presses on the page that he is sent to; where it sends him back to. */
export async function decideAsAdministrator(
  { connector, sandbox }: Bench,
  address: string,
  decision: 'accept' | 'cancel',
): Promise<URLSearchParams> {
  const redirectUri = 'http://localhost:3000/oauth/microsoft/callback';
  const asked = new URL(connector.appOnly!.approvalUrl({ redirectUri, state: 's' }));
  asked.pathname += '/decide';
  const form = new URLSearchParams({ ...Object.fromEntries(asked.searchParams), address, decision });
  const answer = await fetch(`${sandbox.origin}${asked.pathname}`, { method: 'POST', body: form, redirect: 'manual' });
  return new URL(answer.headers.get('location') ?? 'none:').searchParams;
}

function mailboxOf(bench: Bench, grant: OAuthGrant): TestMailbox {
  const saved: string[] = [];
  return {
    id: grant.address,
    provider: bench.provider,
    environment: 'sandbox',
    accountKey: grant.accountKey,
    address: grant.address,
    secret: grant.secret,
    saved,
    async saveSecret(secret) {
      saved.push(secret);
    },
  };
}

/** A prepared mail of about `sizeBytes`, in chunks whose sizes share no factor with base64's. */
export function prepareMail(mailbox: ConnectedMailbox, options: { recipient?: string; sizeBytes?: number } = {}) {
  const recipient = options.recipient ?? `r${randomBytes(6).toString('hex')}@example.jp`;
  const head = Buffer.from(
    [
      `From: "Gate camera" <${mailbox.address}>`,
      `To: ${recipient}`,
      `Bcc: hidden-${recipient}`,
      'Subject: Motion',
      'Date: Sat, 21 Nov 2026 09:00:00 +0900',
      `Message-ID: <${randomBytes(8).toString('hex')}@relay.test>`,
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      '',
    ].join('\r\n'),
  );
  const filler = randomBytes(Math.max(1, Math.ceil(((options.sizeBytes ?? 1000) - head.length) / 2))).toString('hex');
  const bytes = Buffer.concat([head, Buffer.from(filler)]).subarray(0, options.sizeBytes ?? 1000);
  const mail: PreparedMail & { bytes: Buffer; recipient: string; opened: number } = {
    messageId: randomBytes(8).toString('hex'),
    recipients: [recipient, `hidden-${recipient}`],
    sizeBytes: bytes.length,
    bytes,
    recipient,
    opened: 0,
    async *open() {
      mail.opened += 1;
      for (let start = 0; start < bytes.length; start += 65_537) yield bytes.subarray(start, start + 65_537);
    },
  };
  return mail;
}

/** One send, with the number of times that the commit point was announced. */
export async function send(
  bench: Bench,
  request: Omit<SendRequest, 'beforeFirstByte' | 'beforeCommit' | 'signal'> & Partial<SendRequest>,
): Promise<{ result: SendResult; announced: number }> {
  let announced = 0;
  const result = await bench.transport.send({
    // Longer than anything here takes; a test of the deadline gives its own.
    signal: AbortSignal.timeout(30_000),
    beforeFirstByte: async () => {},
    ...request,
    async beforeCommit() {
      announced += 1;
      await request.beforeCommit?.();
    },
  });
  bench.seen.push(result);
  return { result, announced };
}

/** Everything an object holds, non-enumerable fields and causes too. */
export const showAll = (value: unknown): string =>
  inspect(value, { depth: 12, showHidden: true, maxStringLength: null });
