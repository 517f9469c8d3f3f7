import { type LoginRefusal, normalizePassword, normalizeUsername, type PasswordOddity } from '@hikyaku/core';
import { passwordOddities } from '../sessions/password-oddities.ts';
import type { SessionOwner } from '../sessions/session-log.ts';
import type { EdgeKeys } from './edge-keys.ts';
import type { PolicyStore } from './policy-store.ts';

/** Longest user name that is looked at, as in the check. */
const MAX_USERNAME = 64;

/** Why a login was refused, for its owner. */
export interface LoginExplanation {
  refusal: LoginRefusal;
  owner: SessionOwner | null;
  /** The user name as it may be kept: one of ours. */
  username: string | null;
  /** Any other: somebody's address, or a password. */
  typedName: string | null;
  oddities: PasswordOddity[];
  passwordLength: number | null;
  oldUntil: number | null;
}

export type ExplainLogin = (tried: {
  username: string;
  password: string | null;
  isSecure: boolean;
}) => LoginExplanation;

/** Explains refused logins from the snapshot. `password` null: it was refused at the user name, in plain. Keeps nothing of a password. */
export function createExplainLogin(store: PolicyStore, keys: EdgeKeys): ExplainLogin {
  const ownerOf = (username: string): SessionOwner | null => {
    const [row] = store.everyCredentialOf(username);
    const policy = row && store.find(row.deviceId);
    return policy ? { tenantId: policy.tenantId, deviceId: policy.deviceId } : null;
  };
  return ({ username: typed, password, isSecure }) => {
    const username = normalizeUsername(typed.slice(0, 320)).slice(0, MAX_USERNAME);
    const owner = username ? ownerOf(username) : null;
    const none = {
      owner,
      username: owner ? username : null,
      typedName: null,
      oddities: [],
      passwordLength: null,
      oldUntil: null,
    };
    if (owner && password !== null) {
      const { digester } = keys;
      const match = store
        .everyCredentialOf(username)
        .find((row) => digester.matches(password, Buffer.from(row.passwordDigest, 'base64')));
      if (match && !isSecure && store.find(match.deviceId)?.allowPlainAuth === false)
        return { ...none, refusal: 'plain_refused' };
      if (match) return { ...none, refusal: 'old_password', oldUntil: match.expiresAt };
      return {
        ...none,
        refusal: 'wrong_password',
        oddities: passwordOddities(password, username),
        // Longer than any field of a device is cut: nobody counts them.
        passwordLength: Math.min([...normalizePassword(password.slice(0, 512))].length, 512),
      };
    }
    if (owner) return { ...none, refusal: 'plain_refused' };
    if (typed.trim() === '') return { ...none, refusal: 'empty_user' };
    const swapped =
      password === null
        ? null
        : ownerOf(normalizeUsername(normalizePassword(password.slice(0, 320))).slice(0, MAX_USERNAME));
    if (swapped) return { ...none, owner: swapped, refusal: 'swapped' };
    if (looksLikeAddress(typed.trim())) {
      return { ...none, typedName: typed.trim().slice(0, 320), refusal: 'mailbox_address' };
    }
    return { ...none, typedName: typed.trim().slice(0, MAX_USERNAME), refusal: 'unknown_user' };
  };
}

/** The name of somebody's mailbox, typed where ours belongs. */
function looksLikeAddress(typed: string): boolean {
  const at = typed.indexOf('@');
  const domain = typed.slice(at + 1);
  return at > 0 && typed.length <= 320 && !/\s/.test(typed) && !domain.includes('@') && /[^.]\.[^.]/.test(domain);
}
