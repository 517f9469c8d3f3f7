export const GMAIL_SEND = 'https://www.googleapis.com/auth/gmail.send';
const GMAIL_FULL = 'https://mail.google.com/';

const KNOWN = new Set([
  'openid',
  'email',
  'profile',
  'https://www.googleapis.com/auth/userinfo.email',
  'https://www.googleapis.com/auth/userinfo.profile',
  GMAIL_SEND,
  'https://www.googleapis.com/auth/gmail.compose',
  'https://www.googleapis.com/auth/gmail.modify',
  'https://www.googleapis.com/auth/gmail.readonly',
  'https://www.googleapis.com/auth/gmail.metadata',
  GMAIL_FULL,
]);

/** Scopes that `users.messages.send` and `users.getProfile` take (discovery document). */
const SENDING = [
  GMAIL_SEND,
  GMAIL_FULL,
  ...['compose', 'modify'].map((name) => `https://www.googleapis.com/auth/gmail.${name}`),
];
const PROFILE = [
  GMAIL_FULL,
  ...['compose', 'modify', 'readonly', 'metadata'].map((name) => `https://www.googleapis.com/auth/gmail.${name}`),
];

export const isKnownScope = (scope: string): boolean => KNOWN.has(scope);
/** Sign-in scopes cannot be unticked; every other one can (facts 1.2, granular consent). */
export const isTickable = (scope: string): boolean => scope.startsWith('https://') && !scope.includes('/userinfo.');
export const maySend = (scopes: string[]): boolean => scopes.some((scope) => SENDING.includes(scope));
export const mayReadProfile = (scopes: string[]): boolean => scopes.some((scope) => PROFILE.includes(scope));
export const touchesGmail = (scopes: string[]): boolean =>
  scopes.some((scope) => scope === GMAIL_FULL || scope.includes('/auth/gmail.'));

/** Google answers with the long form of `email` and `profile`. */
export function grantedForm(scopes: string[]): string[] {
  const long = (scope: string): string =>
    scope === 'email' || scope === 'profile' ? `https://www.googleapis.com/auth/userinfo.${scope}` : scope;
  return [...new Set(scopes.map(long))];
}
