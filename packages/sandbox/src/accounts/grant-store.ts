import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@hikyaku/core';
import { newId } from '@hikyaku/core';
import { type AccountIdentity, identityOf, type SandboxProvider } from './account.ts';
import { type Grant, type GrantEnd, MAX_GRANTS, MAX_GRANTS_PER_ACCOUNT } from './grant.ts';

export interface GrantStore {
  /** A new grant, on disk when the promise resolves: a restart must not disconnect mailboxes. */
  add(grant: Pick<Grant, 'provider' | 'address' | 'scopes' | 'isRefreshable'>): Promise<Grant>;
  find(id: string): Grant | undefined;
  /** Grants of an account that are not ended, oldest first. */
  liveOf(provider: SandboxProvider, address: string): Grant[];
  /** Ends the grants; access tokens die with them where `withAccess`. */
  end(grants: Grant[], reason: GrantEnd, withAccess: boolean): Promise<void>;
  expireAccess(grants: Grant[]): Promise<void>;
  touch(grant: Grant): void;
  /** Everyone who has ever connected, oldest first. */
  accounts(): AccountIdentity[];
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Grants in `<dir>/grants.json`, rewritten as a whole: there are few of them. */
export async function openGrantStore(options: { dir: string; clock: Clock }): Promise<GrantStore> {
  const { dir, clock } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const path = join(dir, 'grants.json');
  const grants = new Map((await readGrants(path)).map((grant) => [grant.id, grant]));
  let writing: Promise<void> = Promise.resolve();
  let isQueued = false;

  /** Calls that come while a write runs share the next one. */
  const save = (): Promise<void> => {
    if (isQueued) return writing;
    isQueued = true;
    writing = writing
      .catch(() => {})
      .then(async () => {
        isQueued = false;
        await writeFile(`${path}.new`, JSON.stringify([...grants.values()]), { mode: 0o600 });
        await rename(`${path}.new`, path);
      });
    return writing;
  };
  const liveOf = (provider: SandboxProvider, address: string): Grant[] =>
    [...grants.values()].filter(
      (grant) => grant.provider === provider && grant.address === address && grant.endedBy === null,
    );

  return {
    async add(fields) {
      const now = clock.now();
      const grant: Grant = {
        ...fields,
        id: newId(now),
        createdAt: now,
        lastUsedAt: now,
        accessNotBefore: 0,
        endedBy: null,
      };
      grants.set(grant.id, grant);
      const surplus = liveOf(grant.provider, grant.address).slice(0, -MAX_GRANTS_PER_ACCOUNT);
      for (const old of surplus) old.endedBy = 'newer_grants';
      for (const id of [...grants.keys()].slice(0, Math.max(0, grants.size - MAX_GRANTS))) grants.delete(id);
      await save();
      return grant;
    },
    find: (id) => grants.get(id),
    liveOf,
    async end(ended, reason, withAccess) {
      for (const grant of ended) {
        grant.endedBy = reason;
        if (withAccess) grant.accessNotBefore = clock.now();
      }
      await save();
    },
    async expireAccess(expired) {
      for (const grant of expired) grant.accessNotBefore = clock.now();
      await save();
    },
    touch(grant) {
      grant.lastUsedAt = clock.now();
    },
    accounts() {
      const seen = new Map<string, AccountIdentity>();
      for (const { provider, address } of grants.values()) {
        // An organization's approval is nobody's account.
        if (!address.includes('@')) continue;
        seen.set(`${provider}/${address}`, identityOf(provider, address));
      }
      return [...seen.values()];
    },
    async clear() {
      grants.clear();
      await save();
    },
    async close() {
      await save();
    },
  };
}

async function readGrants(path: string): Promise<Grant[]> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Grant[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
