import { type LoginRefusal, normalizePassword, normalizeUsername, type PasswordOddity } from '@hikyaku/core';
import { passwordOddities } from '../sessions/password-oddities.ts';
import type { SessionOwner, StrangerTry } from '../sessions/session-log.ts';
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
  oddities: PasswordOddity[];
  passwordLength: number | null;
  oldUntil: number | null;
  passwordOf: string | null;
  /** What it is for everybody but the owner: nothing shows whether somebody has that user name. */
  stranger: StrangerTry;
}

export type ExplainLogin = (tried: {
  username: string;
  password: string | null;
  isSecure: boolean;
  /** An answer that was no base64, as it came. */
  misread?: string | undefined;
}) => LoginExplanation;

/** Explains refused logins from the snapshot. `password` null: it was refused at the user name, in plain. Keeps nothing of a password. */
export function createExplainLogin(store: PolicyStore, keys: EdgeKeys): ExplainLogin {
  const ownerOf = (username: string): SessionOwner | null => {
    const [row] = store.everyCredentialOf(username);
    const policy = row && store.find(row.deviceId);
    return policy ? { tenantId: policy.tenantId, deviceId: policy.deviceId } : null;
  };
  const nameOf = (text: string): string => normalizeUsername(text.slice(0, 320)).slice(0, MAX_USERNAME);
  /** The credential whose password that is. */
  const withPassword = (password: string) =>
    store.credentialWith(keys.digester.digest(password.slice(0, 320)).toString('base64'));

  const ofPassword = (username: string, password: string, isSecure: boolean, owner: SessionOwner) => {
    const { digester } = keys;
    const match = store
      .everyCredentialOf(username)
      .find((row) => digester.matches(password, Buffer.from(row.passwordDigest, 'base64')));
    if (match && !isSecure && store.find(match.deviceId)?.allowPlainAuth === false)
      return { refusal: 'plain_refused' } as const;
    if (match) return { refusal: 'old_password', oldUntil: match.expiresAt } as const;
    const other = withPassword(password);
    return {
      refusal: 'wrong_password',
      oddities: passwordOddities(password, username),
      // Longer than any field of a device is cut: nobody counts them.
      passwordLength: Math.min([...normalizePassword(password.slice(0, 512))].length, 512),
      passwordOf: other && store.find(other.deviceId)?.tenantId === owner.tenantId ? other.username : null,
    } as const;
  };

  return ({ username: typed, password, isSecure, misread }) => {
    const username = nameOf(typed);
    const owner = username ? ownerOf(username) : null;
    const stranger = strangerTry(typed, misread !== undefined);
    const none = { username: null, oddities: [], passwordLength: null, oldUntil: null, passwordOf: null, stranger };
    if (misread !== undefined) {
      // It may have come as it was typed.
      const named = owner ? username : nameOf(misread);
      const whose = owner ?? ownerOf(named);
      return { ...none, owner: whose, username: whose && named, refusal: 'malformed' };
    }
    if (owner) {
      const found =
        password === null ? ({ refusal: 'plain_refused' } as const) : ofPassword(username, password, isSecure, owner);
      return { ...none, owner, username, ...found };
    }
    const named = password ? ownerOf(nameOf(normalizePassword(password.slice(0, 320)))) : null;
    const swapped = named ?? ownerOfPassword(typed);
    // A user name in the other field is known of, or likely, where that one was not seen.
    const isAlone = !named && password !== null;
    if (swapped) return { ...none, owner: swapped, refusal: 'swapped', oddities: isAlone ? ['as_username'] : [] };
    return { ...none, owner: null, refusal: stranger.refusal };
  };

  function ownerOfPassword(typed: string): SessionOwner | null {
    const row = typed.trim() === '' ? undefined : withPassword(typed);
    return row ? ownerOf(row.username) : null;
  }
}

function strangerTry(typed: string, isMisread: boolean): StrangerTry {
  const name = typed.trim();
  if (isMisread) return { refusal: 'malformed', typedName: null };
  if (name === '') return { refusal: 'empty_user', typedName: null };
  if (looksLikeAddress(name)) return { refusal: 'mailbox_address', typedName: name.slice(0, 320) };
  return { refusal: 'unknown_user', typedName: name.slice(0, MAX_USERNAME) };
}

/** The name of somebody's mailbox, typed where ours belongs. */
function looksLikeAddress(typed: string): boolean {
  const at = typed.indexOf('@');
  const domain = typed.slice(at + 1);
  return at > 0 && typed.length <= 320 && !/\s/.test(typed) && !domain.includes('@') && /[^.]\.[^.]/.test(domain);
}
