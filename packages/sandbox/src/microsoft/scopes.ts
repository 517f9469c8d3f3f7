import type { AccountIdentity } from '../accounts/account.ts';

const RESOURCE = /^https:\/\/graph\.microsoft\.com\//i;

/** Delegated permissions that the sandbox's Entra has heard of, lower case, without the resource. */
const KNOWN = new Set([
  'openid',
  'profile',
  'email',
  'offline_access',
  '.default',
  'user.read',
  'mail.send',
  'mail.send.shared',
  'mail.read',
  'mail.readwrite',
  'mail.readwrite.shared',
  'https://outlook.office.com/smtp.send',
]);

const SIGN_IN = new Set(['openid', 'profile', 'email', 'offline_access']);

/** Permissions that a work tenant's users cannot give by themselves (facts 1.1, consent policies). */
const ADMIN_ONLY = new Set(['mail.read', 'mail.readwrite', 'mail.readwrite.shared']);

export const bareScope = (scope: string): string => scope.replace(RESOURCE, '').toLowerCase();

/** Of whose service a permission is; signing in is of none. One token is for one of them. */
export function resourcesOf(scopes: string[]): Set<string> {
  const named = scopes.map(bareScope).filter((scope) => !SIGN_IN.has(scope));
  return new Set(named.map((scope) => /^(https:\/\/[^/]+)\//.exec(scope)?.[1] ?? 'graph'));
}

export const isKnownScope = (scope: string): boolean => KNOWN.has(bareScope(scope));

/** True when this account's organization must give the consent. */
export function needsAdminConsent(account: AccountIdentity, scopes: string[]): boolean {
  return account.kind === 'work' && scopes.some((scope) => ADMIN_ONLY.has(bareScope(scope)));
}

export function hasScope(scopes: string[], wanted: string): boolean {
  return scopes.some((scope) => bareScope(scope) === wanted.toLowerCase());
}

/** The answer's `scope`: as it was asked, less `offline_access` (facts 1.1: MSAL's cache looks for the asked form). */
export function echoScopes(scopes: string[]): string {
  return scopes.filter((scope) => bareScope(scope) !== 'offline_access').join(' ');
}
