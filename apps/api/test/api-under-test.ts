import { createHash, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OAuthConnector, type OAuthGrant, PLANS, RelayError } from '@hikyaku/core';
import { outboxEnd, readOutbox, releaseHeld } from '@hikyaku/db';
import { openPaceReader } from '@hikyaku/services';
import { createLogger } from '@hikyaku/telemetry';
import { DashboardClient, makeKeys, reservePort, type TestDatabase, useDatabase } from '@hikyaku/testing';
import type { SystemMailer } from '@hikyaku/upstreams';
import {
  type ContentSealer,
  openContentSealer,
  openTokenBox,
  type PasswordDigester,
  type TokenBox,
} from '@hikyaku/vault';
import type { ApiOptions } from '../src/api-options.ts';
import { openAccounts } from '../src/auth/open-accounts.ts';
import type { IdentityProviders } from '../src/auth/outside/ways.ts';
import type { Passwords } from '../src/auth/passwords.ts';
import { buildApi } from '../src/build-api.ts';
import { hearChanges } from '../src/live/hear-changes.ts';
import { createLiveHub } from '../src/live/live-hub.ts';

/** A person at his own address: sign-ins are limited by address, and the api believes loopback as it believes our front. */
export class Person extends DashboardClient {
  address = `198.51.${randomInt(256)}.${randomInt(1, 255)}`;

  override request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has('x-forwarded-for')) headers.set('x-forwarded-for', this.address);
    return super.request(path, { ...init, headers });
  }
}

export interface ApiUnderTest {
  url: string;
  db: TestDatabase;
  digester: PasswordDigester;
  tokenBox: TokenBox;
  /** Accounts that were woken. */
  woken: string[];
  /** Objects put into the spool. */
  spooled: Buffer[][];
  person(): Person;
  /** Signed up, as owner of a tenant of his own. */
  owner(email?: string): Promise<Person & { tenantId: string; userId: string }>;
  close(): Promise<void>;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
/** Instead of the slow ones, which are a good part of what a sign-in costs: they wait for `ms` where those work. */
export const passwordsIn = (ms: number): Passwords => ({
  hash: async (password) => {
    if (ms > 0) await sleep(ms);
    return `quick:${digest(password)}`;
  },
  verify: async ({ hash, password }) => {
    if (ms > 0) await sleep(ms);
    return hash === `quick:${digest(password)}`;
  },
});

const FAKE_PROVIDER = 'https://provider.example/authorize';

/** A provider at the port `OAuthConnector`: every code of the form `ok:<account>` is a grant of that account, once. */
export function fakeConnector(provider: 'microsoft' | 'google'): OAuthConnector & { revoked: string[] } {
  const used = new Set<string>();
  const revoked: string[] = [];
  return {
    provider,
    takesLarge: false,
    revoked,
    authorizationUrl: async ({ state, codeChallenge, redirectUri, loginHint, wantsLarge }) => {
      const query = new URLSearchParams({ state, code_challenge: codeChallenge, redirect_uri: redirectUri });
      if (wantsLarge) query.set('large', 'true');
      if (loginHint) query.set('login_hint', loginHint);
      return `${FAKE_PROVIDER}?${query}`;
    },
    redeem: async ({ code }): Promise<OAuthGrant> => {
      const account = /^ok:(.+)$/.exec(code)?.[1];
      if (!account || used.has(code)) throw new RelayError('oauth.code_refused');
      used.add(code);
      const address = account.replace(/#.*$/, '');
      return {
        accountKey: `${provider}:${address}`,
        address,
        signInName: null,
        displayName: null,
        scopes: [],
        secret: `secret of ${account}`,
      };
    },
    revoke: async (secret) => {
      revoked.push(secret);
      return true;
    },
  };
}

export const PACE = {
  ...{ MICROSOFT_BURST: 30, MICROSOFT_PER_MINUTE: 30, GOOGLE_BURST: 10, GOOGLE_PER_MINUTE: 50 },
  ...{ OUTLOOK_PER_DAY: 300, MICROSOFT_365_PER_DAY: 10_000, GMAIL_PER_DAY: 500, WORKSPACE_PER_DAY: 2_000 },
};

/** The api as `main.ts` builds it, on a database of its own and a port of its own. */
export async function startApi(
  overrides: Partial<ApiOptions> = {},
  mailer?: SystemMailer,
  watched = (sealer: ContentSealer): ContentSealer => sealer,
  passwords: Passwords = passwordsIn(0),
  identities: IdentityProviders = {},
): Promise<ApiUnderTest> {
  const db = await useDatabase();
  const keys = await makeKeys(db.owner);
  const tokenBox = openTokenBox(keys.rows, [keys.kekOf('token')]);
  const logger = createLogger({ name: 'api', level: 'silent' });
  const port = await reservePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const woken: string[] = [];
  const spooled: Buffer[][] = [];
  const { environment = 'sandbox' } = overrides;
  const accounts = openAccounts({
    ...{ database: db.system, publicUrl, environment, secret: 's'.repeat(43), tokenBox, mailer, passwords, logger },
    identities,
  });
  const hub = createLiveHub({
    outboxEnd: () => outboxEnd(db.system),
    readOutbox: (place, limit) => readOutbox(db.system, place, limit),
    logger,
    gatherMs: 20,
  });
  const listener = await hearChanges(db.url, hub, logger);
  const app = await buildApi({
    logger,
    publicUrl,
    proxySources: [],
    environment: 'sandbox',
    bounceDomain: null,
    sandboxUrl: 'http://127.0.0.1:3002',
    smtp: {
      host: 'relay.example',
      loginDomain: 'mail.local',
      maxSizeBytes: 1_000_000,
      doors: [{ name: 'submission', protocol: 'smtp', port: 2587, tls: 'starttls', isLegacy: false }],
    },
    plan: PLANS['self-hosted'],
    operator: { code: 'ABCD-EFGH-JKMN' },
    database: db.system,
    tenants: db.tenant,
    ...accounts,
    hub,
    digester: keys.digester,
    tokenBox,
    contentSealer: watched(openContentSealer(keys.rows)),
    spool: {
      putPack: async (items) => {
        spooled.push(items);
        return { object: 'pack', slices: items.map(({ length }) => ({ offset: 0, length })) };
      },
    },
    connectors: { microsoft: fakeConnector('microsoft'), google: fakeConnector('google') },
    releaseHeld: async ({ id }) => {
      const released = await releaseHeld(db.system, id);
      if (released) woken.push(released.accountKey);
    },
    pushKey: Buffer.alloc(65, 4),
    channels: { kinds: ['mailbox', 'webhook', 'telegram'], takesHttp: false },
    queue: { wake: async (accountKeys) => void woken.push(...accountKeys) },
    failedContentMs: 3_600_000,
    pace: openPaceReader(db.system, PACE),
    ...overrides,
  });
  await app.listen({ host: '127.0.0.1', port });
  const person = () => new Person(publicUrl);
  let count = 0;
  return {
    url: publicUrl,
    db,
    digester: keys.digester,
    tokenBox,
    woken,
    spooled,
    person,
    owner: async (email = `owner${++count}@example.com`) => {
      const client = person();
      await client.signUp(email);
      const me = await client.must<{ tenant: { id: string }; user: { id: string } }>('GET', 'me');
      return Object.assign(client, { tenantId: me.tenant.id, userId: me.user.id });
    },
    close: async () => {
      hub.close();
      await listener.close();
      await app.close();
      await db.close();
    },
  };
}
