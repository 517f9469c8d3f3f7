import { createHash, randomBytes } from 'node:crypto';
import { type Database, keyStore } from '@hikyaku/db';
import { makeDevice, makeMailbox, makeTenant } from '@hikyaku/testing';
import { openUpstreams } from '@hikyaku/upstreams';
import { openInstanceKeys, parseMasterKeys } from '@hikyaku/vault';
import type { Login } from '../load/smtp-session.ts';

/** Mailboxes of one tenant. */
export const MAILBOXES_EACH = 20;
/** Sign-ins at once. */
const AT_ONCE = 10;

/**
 * Mailboxes with a device each, signed in at the sandbox as the API does it, written by SQL: the API's own limits on sign-ups and connections are for people. Half of
 * them Microsoft's. The sandbox must consent by itself.
 */
export async function seedMailboxes(
  owner: Database,
  { count, masterKey, sandboxUrl, webUrl }: { count: number; masterKey: string; sandboxUrl: string; webUrl: string },
): Promise<Login[]> {
  const keys = await openInstanceKeys({
    source: keyStore(owner),
    masterKeys: parseMasterKeys([masterKey]),
    onReloadFailed: () => {},
  });
  const upstreams = openUpstreams({ isSandbox: true, sandboxOrigin: sandboxUrl });
  const logins: Login[] = [];
  let next = 0;
  const seedOne = async (tenantId: string, index: number): Promise<void> => {
    const provider = index % 2 === 0 ? 'microsoft' : 'google';
    const loginHint = `owner-${index}@${provider === 'microsoft' ? 'outlook' : 'gmail'}.test`;
    const redirectUri = `${webUrl}/oauth/${provider}/callback`;
    const codeVerifier = randomBytes(32).toString('base64url');
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const connector = upstreams.connectors[provider]!;
    const first = await connector.authorizationUrl({ state: 'seed', codeChallenge, redirectUri, loginHint });
    const code = await followTo(redirectUri, first);
    const { secret, accountKey, address } = await connector.redeem({ code, codeVerifier, redirectUri });
    const row = { tenant_id: tenantId, provider, account_key: accountKey, address, secret_version: 1 };
    const { id } = await makeMailbox(owner, row);
    await owner.query('UPDATE mailboxes SET secret_sealed = $2 WHERE id = $1', [id, keys.tokenBox.seal(id, secret)]);
    const of = { tenant_id: tenantId, mailbox_id: id, name: `Camera ${index}`, digest_minutes: null };
    logins[index] = (await makeDevice(owner, keys.digester, of)).credential;
  };
  try {
    const tenants: string[] = [];
    while (tenants.length * MAILBOXES_EACH < count) tenants.push((await makeTenant(owner)).id);
    const work = async (): Promise<void> => {
      // One login after the other is another tenant's, as mail comes: no tenant takes more than its share of the worker's places.
      for (let index = next++; index < count; index = next++) await seedOne(tenants[index % tenants.length]!, index);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await upstreams.close();
  }
  return logins;
}

/** The code that the sandbox comes back with. */
async function followTo(redirectUri: string, first: string): Promise<string> {
  let location = first;
  for (let hop = 0; hop < 5; hop++) {
    if (location.startsWith(redirectUri)) break;
    const answer = await fetch(location, { redirect: 'manual' });
    const next = answer.headers.get('location');
    if (!next) throw new Error(`${new URL(location).pathname} answered ${answer.status}`);
    location = new URL(next, location).href;
  }
  const code = new URL(location).searchParams.get('code');
  if (!code) throw new Error(`no code came: ${new URL(location).searchParams.get('error')}`);
  return code;
}
