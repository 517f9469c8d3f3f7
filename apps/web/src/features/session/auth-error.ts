import { ApiProblem } from '../../api/problem.ts';

/** What Better Auth refused, as a key of the `session` messages. */
export type AuthErrorKey =
  | 'wrongPassword'
  | 'emailTaken'
  | 'passwordShort'
  | 'notVerified'
  | 'linkEnded'
  | 'passwordDiffers'
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
  'auth.link_ended': 'linkEnded',
  'auth.password_differs': 'passwordDiffers',
};

export function authErrorKey(thrown: unknown): AuthErrorKey {
  if (!(thrown instanceof ApiProblem)) return 'failed';
  if (thrown.status === 429) return 'tooMany';
  if (thrown.code === 'api.unreachable') return 'unreachable';
  return BY_CODE[thrown.code] ?? 'failed';
}
