import { request } from '../../api/request.ts';

export interface Credentials {
  email: string;
  password: string;
}

interface SignInAnswer {
  /** Null when the address has to be verified first. */
  token: string | null;
  /** The password was right, and a code is asked for. */
  twoFactorRedirect?: boolean;
}

/** Better Auth's own endpoints; the session is an HttpOnly cookie that no script sees. */
export function signUp(credentials: Credentials) {
  // Nobody is asked for a name before his first alert; what stands before the @ is one until he gives his home or company another.
  const name = credentials.email.split('@')[0];
  return request<SignInAnswer>('POST', '/api/auth/sign-up/email', { ...credentials, name });
}

export function signIn(credentials: Credentials) {
  return request<SignInAnswer>('POST', '/api/auth/sign-in/email', credentials);
}

/** The second step of signing in: what the app shows, or one of the codes that were kept for the day on which it is lost. */
export function enterCode({ code, isRecovery }: { code: string; isRecovery: boolean }) {
  return request('POST', `/api/auth/two-factor/${isRecovery ? 'verify-backup-code' : 'verify-totp'}`, { code });
}

/** Confirms the address of a sign-up: the link's token, and the password that was chosen then. */
export function confirmSignUp(proof: { token: string; password: string }) {
  return request<{ email: string; isSignedIn: boolean }>('POST', '/api/auth/confirm-sign-up', proof);
}

/** Asks for a link by mail; the answer is the same for every address. */
export function requestPasswordReset(person: { email: string }) {
  return request('POST', '/api/auth/request-password-reset', person);
}

export function resetPassword(proof: { token: string; newPassword: string }) {
  return request('POST', '/api/auth/reset-password', proof);
}

/** Of whoever is signed in; everywhere else he is signed out. */
export function changePassword(passwords: { currentPassword: string; newPassword: string }) {
  return request('POST', '/api/auth/change-password', { ...passwords, revokeOtherSessions: true });
}

export function signOut() {
  return request('POST', '/api/auth/sign-out', {});
}
