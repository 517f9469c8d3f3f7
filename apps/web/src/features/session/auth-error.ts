import { ApiProblem } from '../../api/problem.ts';

/** What Better Auth refused, as a key of the `session` messages. */
export type AuthErrorKey =
  | 'wrongPassword'
  | 'emailTaken'
  | 'passwordShort'
  | 'notVerified'
  | 'linkEnded'
  | 'passwordDiffers'
  | 'passwordWrong'
  | 'codeWrong'
  | 'recoveryWrong'
  | 'codeOver'
  | 'codeLocked'
  | 'wayEnded'
  | 'providerAway'
  | 'passkeyUnknown'
  | 'passkeyOver'
  | 'passkeyFailed'
  | 'passkeyCancelled'
  | 'passkeyKnown'
  | 'passkeyElsewhere'
  | 'passkeysFull'
  | 'tooMany'
  | 'unreachable'
  | 'failed';

const BY_CODE: Record<string, AuthErrorKey> = {
  INVALID_EMAIL_OR_PASSWORD: 'wrongPassword',
  USER_ALREADY_EXISTS: 'emailTaken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'emailTaken',
  PASSWORD_TOO_SHORT: 'passwordShort',
  EMAIL_NOT_VERIFIED: 'notVerified',
  INVALID_TOKEN: 'linkEnded',
  INVALID_PASSWORD: 'passwordWrong',
  INVALID_CODE: 'codeWrong',
  INVALID_BACKUP_CODE: 'recoveryWrong',
  INVALID_TWO_FACTOR_COOKIE: 'codeOver',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'codeOver',
  ACCOUNT_TEMPORARILY_LOCKED: 'codeLocked',
  PASSKEY_NOT_FOUND: 'passkeyUnknown',
  CHALLENGE_NOT_FOUND: 'passkeyOver',
  AUTHENTICATION_FAILED: 'passkeyFailed',
  FAILED_TO_VERIFY_REGISTRATION: 'passkeyFailed',
  PASSKEY_WITHOUT_PERSON: 'passkeyFailed',
  PASSKEYS_FULL: 'passkeysFull',
  'passkey.cancelled': 'passkeyCancelled',
  'passkey.known': 'passkeyKnown',
  'passkey.elsewhere': 'passkeyElsewhere',
  'auth.link_ended': 'linkEnded',
  'auth.address_taken': 'emailTaken',
  'oauth.state_invalid': 'wayEnded',
  'upstream.unavailable': 'providerAway',
  'auth.password_differs': 'passwordDiffers',
};

export function authErrorKey(thrown: unknown): AuthErrorKey {
  if (!(thrown instanceof ApiProblem)) return 'failed';
  if (thrown.code === 'api.unreachable') return 'unreachable';
  return BY_CODE[thrown.code] ?? (thrown.status === 429 ? 'tooMany' : 'failed');
}
