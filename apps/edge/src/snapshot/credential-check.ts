import { type Clock, normalizeUsername, RelayError } from '@hikyaku/core';
import type { Authenticator } from '../smtp/services.ts';
import type { EdgeKeys } from './edge-keys.ts';
import type { MissQuestion } from './miss-question.ts';
import type { PolicyStore } from './policy-store.ts';

/** A digest that no password has: an unknown user name costs the same comparison as a known one. */
const NOBODY = { id: '', deviceId: '', passwordDigest: Buffer.alloc(32).toString('base64'), expiresAt: null };
/** Longest user name that is looked up; ours have ten letters. */
const MAX_USERNAME = 64;

/** Logins against the snapshot; on a miss Postgres is asked once. */
export function createAuthenticator(parts: {
  store: PolicyStore;
  keys: EdgeKeys;
  question: MissQuestion;
  clock: Clock;
  isFresh: () => boolean;
}): Authenticator {
  const { store, keys, question, clock } = parts;

  const assertFresh = (): void => {
    if (!parts.isFresh()) throw new RelayError('edge.snapshot_stale');
  };
  /** Runs `look` on the snapshot and, when it finds nothing, once more with what Postgres says. */
  const lookUp = async <T>(username: string, look: () => T | null): Promise<T | null> => {
    const found = look();
    if (found !== null || store.isSuspended(username) || !/^[a-z][a-z2-9]{7,9}$/.test(username)) return found;
    try {
      return (await question.ask(username)) ? look() : null;
    } catch (error) {
      // A slow answer is no reason to refuse what a notification has brought meanwhile.
      const late = look();
      if (late !== null) return late;
      throw error;
    }
  };

  return {
    async check(login) {
      assertFresh();
      const { digester } = keys;
      const username = normalizeUsername(login.username).slice(0, MAX_USERNAME);
      return lookUp(username, () => {
        const rows = store.credentialsOf(username, clock.now());
        const found = (rows.length ? rows : [NOBODY]).filter((row) =>
          digester.matches(login.password, Buffer.from(row.passwordDigest, 'base64')),
        );
        // Two while a rotation runs, with different passwords: the one that matches tells which is in use.
        const [match] = found;
        if (!match?.deviceId) return null;
        const { id: credentialId, deviceId, expiresAt: oldUntil } = match;
        return { username, deviceId, credentialId, by: 'login', oldUntil };
      });
    },
    async allowsPlain(typed) {
      assertFresh();
      const username = normalizeUsername(typed).slice(0, MAX_USERNAME);
      const found = await lookUp(username, () => store.credentialsOf(username, clock.now())[0] ?? null);
      return found !== null && store.find(found.deviceId)?.allowPlainAuth === true;
    },
  };
}
