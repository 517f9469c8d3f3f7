import { isPrivateAddress, readNetworks } from '@hikyaku/config';
import { type ErrorCode, normalizeUsername, RelayError } from '@hikyaku/core';
import type { PolicyCredentialRow } from '@hikyaku/db';
import type { SessionOwner } from '../sessions/session-log.ts';
import type { EdgePolicy } from '../smtp/recipient-policy.ts';
import type { Identity } from '../smtp/session.ts';
import type { PopLogins } from './pop-logins.ts';

/** Who a mail without AUTH is from; or why nobody, and whose device it named. */
export type SenderIdentity =
  | { kind: 'known'; identity: Identity; owner: SessionOwner }
  | { kind: 'unknown'; code: ErrorCode; owner: SessionOwner | null; username: string | null };

/** @throws RelayError `edge.snapshot_stale` */
export type IdentifySender = (address: string, mailFrom: string) => SenderIdentity;

/** What the snapshot tells of devices that do not sign in. */
export interface SenderBook {
  find(deviceId: string): EdgePolicy | undefined;
  /** Live ones of a normalised user name. */
  credentialsOf(username: string, now: number): PolicyCredentialRow[];
  credentialOf(id: string, now: number): PolicyCredentialRow | null;
  /** Live ones, one a device, of devices with a list of addresses. */
  credentialsWithAddresses(now: number): PolicyCredentialRow[];
}

const NOBODY = { kind: 'unknown', code: 'edge.auth_required', owner: null, username: null } as const;

/**
 * Identifies devices that cannot sign in (design, section 4): by an address on their owner's list, or by a POP login from the same address a short while ago. An
 * address is not an identity: behind it may be a whole provider. So the device's user name must be the local part of MAIL FROM as well, but on an instance
 * of a household (`isPublic` false) that hears it from a private address, where one device alone fits. Only devices whose owner wrote their recipients down.
 */
export function createIdentifySender(parts: {
  book: SenderBook;
  logins: PopLogins;
  isPublic: boolean;
  isFresh: () => boolean;
  now: () => number;
}): IdentifySender {
  const { book, logins, isPublic, isFresh, now } = parts;

  const fits = (row: PolicyCredentialRow, policy: EdgePolicy, address: string): Identity | null => {
    const { id: credentialId, deviceId, username } = row;
    const identity = { username, deviceId, credentialId, oldUntil: null };
    if (policy.popBeforeSmtp && logins.of(address, credentialId) === 'open') return { ...identity, by: 'pop' };
    return isListed(policy.allowedAddresses, address) ? { ...identity, by: 'address' } : null;
  };

  const byName = (address: string, username: string): SenderIdentity | null => {
    const rows = book.credentialsOf(username, now());
    const policy = rows[0] && book.find(rows[0].deviceId);
    if (!policy) return null;
    const owner = { tenantId: policy.tenantId, deviceId: policy.deviceId };
    const popLogin = rows.map(({ id }) => logins.of(address, id)).find((login) => login !== null) ?? null;
    if (!mayGoWithoutLogin(policy)) {
      // Whoever knows a user name learns nothing, and its owner only what his device has really done.
      return popLogin ? { kind: 'unknown', code: 'edge.pop_off', owner, username } : null;
    }
    for (const row of rows) {
      const identity = fits(row, policy, address);
      if (identity) return { kind: 'known', identity, owner };
    }
    const popCode = popLogin === 'ended' ? 'edge.pop_expired' : 'edge.pop_missing';
    const code = policy.popBeforeSmtp ? popCode : 'edge.address_not_allowed';
    return { kind: 'unknown', code, owner, username };
  };

  const byAddressAlone = (address: string): SenderIdentity => {
    const t = now();
    const rows = [
      ...logins.openAt(address).flatMap((id) => book.credentialOf(id, t) ?? []),
      ...book.credentialsWithAddresses(t),
    ];
    const found = new Map<string, { identity: Identity; owner: SessionOwner }>();
    for (const row of rows) {
      const policy = book.find(row.deviceId);
      const identity = policy && mayGoWithoutLogin(policy) ? fits(row, policy, address) : null;
      if (policy && identity)
        found.set(row.deviceId, { identity, owner: { tenantId: policy.tenantId, deviceId: policy.deviceId } });
    }
    const [only] = found.values();
    return only && found.size === 1 ? { kind: 'known', ...only } : NOBODY;
  };

  return (address, mailFrom) => {
    if (!isFresh()) throw new RelayError('edge.snapshot_stale');
    const named = byName(address, normalizeUsername(mailFrom.slice(0, 320)));
    if (named) return named;
    return !isPublic && isPrivateAddress(address) ? byAddressAlone(address) : NOBODY;
  };
}

/** A mail that nobody signed for reaches only those whom the owner wrote down. */
function mayGoWithoutLogin({ recipientsMode, popBeforeSmtp, allowedAddresses }: EdgePolicy): boolean {
  const isWrittenDown = recipientsMode === 'allow' || recipientsMode === 'replace';
  return isWrittenDown && (popBeforeSmtp || allowedAddresses.length > 0);
}

function isListed(list: readonly string[], address: string): boolean {
  return list.length > 0 && readNetworks(list)(address);
}
