import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { canonicalDomain, RelayError } from '@hikyaku/core';
import { z } from 'zod';
import { readNetworks } from './networks.ts';
import { redirectProblem } from './redirect-host.ts';
import { isLoopbackUrl, isThisMachine } from './this-machine.ts';
import { wantedCertificates } from './wanted-certificates.ts';

const port = (fallback: number) => z.coerce.number().int().min(0).max(65535).default(fallback);
const flag = z
  .enum(['0', '1', 'true', 'false', 'yes', 'no', 'on', 'off'])
  .transform((text) => ['1', 'true', 'yes', 'on'].includes(text));
const list = z.string().transform((text) => text.split(/[\s,]+/).filter(Boolean));
const networks = list.refine(areNetworks, {
  error: 'must be a list of addresses or networks, such as 192.0.2.7,10.0.0.0/8,fd00::/8',
});
/** Waits in whole milliseconds: at least a tenth of a second, so that none is a loop; at most 24 days, what a timer can hold. */
const waits = list
  .transform((items) => items.map((item) => (/^\d+$/.test(item) ? Number(item) : Number.NaN)))
  .refine((items) => items.length > 0 && items.every((ms) => ms >= 100 && ms <= 24 * 86_400_000), {
    error: 'must be a list of whole milliseconds, 100 or more each, such as 30000,120000',
  });

/**
 * Every setting with its default (design, section 8). Names here are without the `HIKYAKU_` prefix, except the two that have none.
 * Durations are milliseconds; a test may shorten each of them.
 */
const shape = {
  DATA_DIR: z.string().min(1).default('.data'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  WEB_PORT: port(3000),
  API_PORT: port(3001),
  SANDBOX_PORT: port(3002),
  /** The sandbox's SMTP side; 3025, and any free one where SANDBOX_PORT is 0. */
  SANDBOX_SMTP_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** Next's own server, behind the front. */
  NEXT_PORT: port(3003),
  METRICS_PORT: port(9464),
  /** Where the supervisor lets the worker show its metrics, beside the edge's METRICS_PORT. */
  WORKER_METRICS_PORT: port(9465),
  SMTP_HOST: z.string().min(1).max(47).default('localhost'),
  /** Right side of tenants' addresses for non-delivery reports: its MX is this machine, at SMTP_25_PORT. Unset: there are none. */
  BOUNCE_DOMAIN: z
    .string()
    .transform((text) => canonicalDomain(text) ?? '')
    .refine((domain) => domain !== '', { error: 'must be a domain, such as relay.example.com' })
    .optional(),
  LOGIN_DOMAIN: z.string().min(1).max(20).default('mail.local'),
  SMTP_SUBMISSION_PORT: port(2587),
  SMTP_ALT_PORT: port(4525),
  SMTPS_PORT: port(2465),
  SMTP_25_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  LEGACY_SUBMISSION_PORT: port(12587),
  LEGACY_SMTPS_PORT: port(12465),
  POP3_PORT: port(2110),
  POP3S_PORT: port(2995),
  /** A POP login stands for a login of the same credential from the same address that long (10 to 30 minutes were usual). */
  POP_WINDOW_MS: z.coerce.number().int().min(100).default(1_800_000),
  /** Address of `/metrics`, `/healthz` and `/readyz` of edge and worker, whatever PUBLIC_URL is. Off loopback it needs METRICS_TOKEN. */
  METRICS_LISTEN: z.string().min(1).default('127.0.0.1'),
  /** What a scraper shows as `Authorization: Bearer …`; 16 characters: nobody is held up while guessing. */
  METRICS_TOKEN: z.string().min(16).optional(),
  /** Address the api listens on; a container sets 0.0.0.0. */
  API_LISTEN: z.string().default('127.0.0.1'),
  /** Address the SMTP doors listen on. */
  SMTP_LISTEN: z.string().default('0.0.0.0'),
  /** Pairs `cert.pem:key.pem`, separated by commas; the first RSA pair serves the legacy doors. */
  TLS_CERT_FILES: list.default([]),
  /** The same for the legacy and POP3 doors alone: old devices hold a fixed list of roots, which today's chains may not end in. */
  LEGACY_TLS_CERT_FILES: list.default([]),
  /** Certificates by themselves (RFC 8555). `on` says as well that the operator agrees to the authority's terms, so it is never the default. */
  ACME: flag.default(false),
  ACME_DIRECTORY: z.url({ protocol: /^https$/ }).default('https://acme-v02.api.letsencrypt.org/directory'),
  /** The roots (PEM) of an authority of one's own, whose ACME_DIRECTORY no public root vouches for. */
  ACME_CA_FILE: z.string().optional(),
  /** Where the authority writes to; Let's Encrypt does so no more. */
  ACME_EMAIL: z.email().optional(),
  /** Where the front speaks TLS itself; without it, something before it does. */
  HTTPS_PORT: z.coerce.number().int().min(0).max(65535).optional(),
  /** Addresses or networks whose PROXY protocol header and X-Forwarded-For are believed. */
  PROXY_SOURCES: networks.default([]),
  SPOOL_URL: z.string().optional(),
  /** Base64 of 32 bytes each, separated by commas; the first seals, all open. */
  MASTER_KEY: list.optional(),
  /** What the edge gets instead of MASTER_KEY: keys derived from it that open digests only. Same list form. */
  EDGE_KEY: list.optional(),
  OPERATOR_EMAIL: z.email().optional(),
  OPERATOR_CODE: z.string().min(8).optional(),
  /** Where the operator's alarms are posted as JSON; Slack's and Mattermost's incoming webhooks take it. */
  OPERATOR_ALERT_URL: z.url({ protocol: /^https?$/ }).optional(),
  MICROSOFT_CLIENT_ID: z.string().optional(),
  MICROSOFT_CLIENT_SECRET: z.string().optional(),
  /** The day after which the secret is not taken any more: an alarm 30 days before. Google's have none. */
  MICROSOFT_CLIENT_SECRET_ENDS: z.iso.date().optional(),
  /** A registration for one organization has its id here in place of `common`; national clouds have other hosts. */
  MICROSOFT_AUTHORITY: z
    .url({ protocol: /^https$/ })
    .regex(/^https:\/\/[^/]+\/[^/]+\/?$/, {
      error: 'must be a host and a tenant, as in https://login.microsoftonline.com/common',
    })
    .optional(),
  MICROSOFT_GRAPH_URL: z
    .url({ protocol: /^https$/ })
    .regex(/^https:\/\/[^/]+\/?$/, { error: 'must be a host without a path, as in https://graph.microsoft.com' })
    .optional(),
  /** What is asked for besides signing in; national clouds want Graph's host before each. */
  MICROSOFT_SCOPES: list
    .refine((scopes) => scopes.some((scope) => /(^|\/)Mail\.Send$/i.test(scope)), { error: 'must contain Mail.Send' })
    .optional(),
  GOOGLE_CLIENT_ID: z.string().optional(),
  GOOGLE_CLIENT_SECRET: z.string().optional(),
  /** What people may sign in to the dashboard by, of the providers that are set up; by default all of them. */
  SIGN_IN_WITH: list
    .refine((names) => names.join() === 'none' || names.every((name) => name === 'microsoft' || name === 'google'), {
      error: 'must be microsoft, google, both with a comma between them, or none',
    })
    .optional(),
  /** What a tenant may use (core's PLANS). */
  PLAN: z.enum(['self-hosted', 'open']).default('self-hosted'),
  SYSTEM_SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  ALLOW_PRIVATE_UPSTREAMS: flag.default(false),
  SANDBOX: z.enum(['on', 'off', 'force']).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Largest mail any device may send. */
  MAX_SIZE_BYTES: z.coerce
    .number()
    .int()
    .min(1024)
    .default(35 * 1024 * 1024),
  /** Processes behind the doors, each with a journal of its own. Two at least, so that one goes on while another starts; eight bring what a disk takes. 1: none goes on. */
  EDGE_PROCESSES: z.coerce
    .number()
    .int()
    .min(1)
    .max(32)
    .default(() => Math.min(8, Math.max(2, availableParallelism()))),
  /** Connections one edge serves at once, from one address, and signed in as one tenant. */
  MAX_CONNECTIONS: z.coerce.number().int().min(1).default(2000),
  MAX_CONNECTIONS_PER_ADDRESS: z.coerce.number().int().min(1).default(200),
  MAX_CONNECTIONS_PER_TENANT: z.coerce.number().int().min(1).default(1000),
  /** Connections a second from an address where nobody has signed in for a day; ten times as many at once. */
  MAX_STRANGERS_PER_SECOND: z.coerce.number().int().min(1).default(20),
  /** Mails of one device in a minute: more than a recorder of thirty cameras in a storm. Each process behind the doors counts for itself. */
  MAX_MAILS_PER_MINUTE: z.coerce.number().int().min(1).default(1200),
  /** Bytes of journal an edge may hold before it answers 452. */
  JOURNAL_MAX_BYTES: z.coerce.number().int().min(1_000_000).default(20_000_000_000),
  /** What the journal leaves free of its disk: Postgres, on the same one, needs up to 1 GB of log and room for the rows that empty the journal. */
  JOURNAL_KEEP_FREE_BYTES: z.coerce.number().int().min(0).default(1_500_000_000),
  /** A claimed message belongs to its worker that long without a renewal (three in that time); then the worker is taken for dead. */
  LEASE_MS: z.coerce.number().int().min(200).default(15_000),
  SEND_DEADLINE_MS: z.coerce.number().int().min(100).default(120_000),
  /** A worker has a provider account that long without a renewal; then it is taken for dead and another one goes on. */
  TURN_LEASE_MS: z.coerce.number().int().min(200).default(15_000),
  /** An account sends that long before the next one's turn. */
  TURN_SLICE_MS: z.coerce.number().int().min(50).default(5_000),
  /** A worker that has not renewed its jobs at BullMQ for that long is taken for dead. */
  QUEUE_LOCK_MS: z.coerce.number().int().min(500).default(20_000),
  /** Waits before the next attempt of a deferred mail; the last one repeats. */
  RETRY_PLAN_MS: waits.default([30_000, 120_000, 600_000, 1_800_000, 3_600_000]),
  /** Waits after `in_doubt`; the last one repeats. */
  IN_DOUBT_PLAN_MS: waits.default([600_000, 3_600_000, 14_400_000]),
  /** A mail that was tried for that long is `expired` (ADR 0065). */
  EXPIRE_AFTER_MS: z.coerce
    .number()
    .int()
    .min(1000)
    .default(48 * 3_600_000),
  /** How long content of failed, expired and quarantined mail is kept for a retry. */
  FAILED_CONTENT_MS: z.coerce
    .number()
    .int()
    .min(1000)
    .default(72 * 3_600_000),
  SWEEP_EVERY_MS: z.coerce.number().int().min(50).default(10_000),
  /** Mail due and unclaimed for that long gets its mailbox woken by the sweeper. */
  SWEEP_AFTER_MS: z.coerce.number().int().min(0).default(30_000),
  /** Graph: burst and refill per minute (facts, providers 3). */
  MICROSOFT_BURST: z.coerce.number().int().min(1).default(30),
  MICROSOFT_PER_MINUTE: z.coerce.number().min(1).default(30),
  /** Gmail takes 60 in any minute from a new project (6,000 units): a full bucket and its refill together. */
  GOOGLE_BURST: z.coerce.number().int().min(1).default(10),
  GOOGLE_PER_MINUTE: z.coerce.number().min(1).default(50),
  /** What accounts may send in 24 hours, in recipients at Microsoft, in mails at Google (facts, providers 3). A new Outlook.com account without a subscription is stopped at about 300. */
  OUTLOOK_PER_DAY: z.coerce.number().int().min(1).default(300),
  MICROSOFT_365_PER_DAY: z.coerce.number().int().min(1).default(10_000),
  GMAIL_PER_DAY: z.coerce.number().int().min(1).default(500),
  WORKSPACE_PER_DAY: z.coerce.number().int().min(1).default(2_000),
  /** Wait before the answer to a failed AUTH. */
  AUTH_FAIL_DELAY_MS: z.coerce.number().int().min(0).default(1000),
  /** From accept to login, handshakes and waits included: slow panels need 20 s, and nobody keeps a place for nothing. */
  SMTP_STRANGER_MS: z.coerce.number().int().min(100).default(60_000),
  /** Silence inside a session; slow scripts pause inside DATA (H14). */
  SMTP_IDLE_MS: z.coerce.number().int().min(100).default(300_000),
  /** Tests only: see core's obeyFaultPoints. Refused outside sandbox mode. */
  FAULT_POINTS: z.string().optional(),
  /** A process that ends by itself is started again after half a second, then after ever longer, up to that. */
  RESTART_MAX_MS: z.coerce.number().int().min(50).default(15_000),
  /** Time an edge or worker gets to drain at a stop. */
  DRAIN_MS: z.coerce.number().int().min(100).default(20_000),
} satisfies Record<string, z.ZodType>;

const unprefixed = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** The machine's own way out, for calls to Microsoft and Google. */
  HTTPS_PROXY: z.string().optional(),
  NO_PROXY: z.string().optional(),
};

const schema = z.object({ ...shape, ...unprefixed });
type Raw = z.infer<typeof schema>;

export interface Settings extends Omit<Raw, 'DATA_DIR' | 'PUBLIC_URL' | 'SANDBOX_SMTP_PORT'> {
  /** Absolute. */
  DATA_DIR: string;
  PUBLIC_URL: string;
  /** No DATABASE_URL: Postgres is ours, inside DATA_DIR. */
  isEmbedded: boolean;
  isSandbox: boolean;
  SANDBOX_SMTP_PORT: number;
}

/**
 * The environment as typed settings.
 * @throws RelayError `config.invalid` with a text per setting: unknown ones (with the nearest known name), bad values, and combinations that cannot work.
 */
export function readSettings(env: Record<string, string | undefined> = process.env): Settings {
  const fields: Record<string, string> = {};
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    // Proxies are written in either case, by custom.
    const plain = /^(https|no)_proxy$/.test(name) ? name.toUpperCase() : name;
    if (plain in unprefixed && value) given[plain] ??= value;
    // HIKYAKU_TEST_… belongs to the test harness.
    if (!name.startsWith('HIKYAKU_') || name.startsWith('HIKYAKU_TEST_')) continue;
    const key = name.slice('HIKYAKU_'.length);
    if (!(key in shape)) fields[name] = `is not a setting${nearest(key)}`;
    else if (value !== undefined && value !== '') given[key] = value;
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) fields[settingName(String(issue.path[0]))] = issue.message;
  }
  if (!parsed.success || Object.keys(fields).length) throw invalid(fields);
  return complete(parsed.data);
}

function complete(raw: Raw): Settings {
  const publicUrl = (raw.PUBLIC_URL ?? `http://localhost:${raw.WEB_PORT}`).replace(/\/+$/, '');
  const { pathname, search, hash, username } = new URL(publicUrl);
  if (pathname !== '/' || search || hash || username) {
    throw invalid({
      HIKYAKU_PUBLIC_URL: 'must be a host alone, as in https://relay.example.com: no path, no question mark, no user',
    });
  }
  const isEmbedded = !raw.DATABASE_URL;
  const hasClients = Boolean(raw.MICROSOFT_CLIENT_ID || raw.GOOGLE_CLIENT_ID);
  const isLoopback = isLoopbackUrl(publicUrl);
  const isSandbox = raw.SANDBOX ? raw.SANDBOX !== 'off' : isEmbedded && !hasClients && isLoopback;
  if (raw.SANDBOX === 'on' && !isLoopback) {
    throw invalid({
      HIKYAKU_SANDBOX:
        'is refused while HIKYAKU_PUBLIC_URL is not a loopback address; set it to "force" if you mean it',
    });
  }
  if (!isThisMachine(raw.METRICS_LISTEN) && !raw.METRICS_TOKEN) {
    throw invalid({ HIKYAKU_METRICS_LISTEN: 'is not a loopback address, which needs HIKYAKU_METRICS_TOKEN beside it' });
  }
  if (raw.BOUNCE_DOMAIN && !raw.SMTP_25_PORT) {
    throw invalid({
      HIKYAKU_BOUNCE_DOMAIN: 'needs HIKYAKU_SMTP_25_PORT beside it: mail servers come to port 25 alone',
    });
  }
  if (raw.HTTPS_PORT && !publicUrl.startsWith('https:'))
    throw invalid({ HIKYAKU_HTTPS_PORT: 'needs a HIKYAKU_PUBLIC_URL that begins with https://' });
  if (raw.FAULT_POINTS && !isSandbox) throw invalid({ HIKYAKU_FAULT_POINTS: 'is for tests and needs sandbox mode' });
  for (const [id, secret] of [
    ['MICROSOFT_CLIENT_ID', 'MICROSOFT_CLIENT_SECRET'],
    ['GOOGLE_CLIENT_ID', 'GOOGLE_CLIENT_SECRET'],
  ] as const) {
    if (Boolean(raw[id]) !== Boolean(raw[secret]))
      throw invalid({ [`HIKYAKU_${id}`]: `needs HIKYAKU_${secret} beside it, and the other way round` });
  }
  if (!isSandbox && hasClients) {
    const problem = redirectProblem(publicUrl, { google: Boolean(raw.GOOGLE_CLIENT_ID) });
    if (problem) throw invalid({ HIKYAKU_PUBLIC_URL: problem });
  }
  if (!isSandbox && raw.HTTPS_PROXY && !/^https?:$/.test(URL.parse(raw.HTTPS_PROXY)?.protocol ?? '')) {
    throw invalid({ HTTPS_PROXY: 'must be an address such as http://proxy.example.com:3128' });
  }
  const settings = {
    ...raw,
    DATA_DIR: resolve(raw.DATA_DIR),
    PUBLIC_URL: publicUrl,
    SANDBOX_SMTP_PORT: raw.SANDBOX_SMTP_PORT ?? (raw.SANDBOX_PORT === 0 ? 0 : 3025),
    isEmbedded,
    isSandbox,
  };
  if (raw.ACME && wantedCertificates(settings).length === 0) {
    throw invalid({
      HIKYAKU_ACME:
        'has nothing to ask for: set HIKYAKU_SMTP_HOST to a name that is known outside, such as mail.example.com, or HIKYAKU_HTTPS_PORT',
    });
  }
  return settings;
}

function areNetworks(sources: string[]): boolean {
  try {
    readNetworks(sources);
    return true;
  } catch {
    return false;
  }
}

const settingName = (key: string): string => (key in unprefixed ? key : `HIKYAKU_${key}`);

function invalid(fields: Record<string, string>): RelayError {
  const text = Object.entries(fields)
    .map(([name, problem]) => `${name} ${problem}`)
    .join('; ');
  return new RelayError('config.invalid', { internal: text, fields });
}

function nearest(key: string): string {
  const ranked = Object.keys(shape)
    .map((name) => ({ name, distance: editDistance(key, name) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] && ranked[0].distance <= 3 ? `; did you mean HIKYAKU_${ranked[0].name}?` : '';
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      current[j] = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
