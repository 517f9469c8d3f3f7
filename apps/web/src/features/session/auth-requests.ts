import { request } from '../../api/request.ts';

interface SignInAnswer {
  /** Null when the address has to be verified first. */
  token: string | null;
}

/** Better Auth's own endpoints; the session is an HttpOnly cookie that no script sees. */
export function signUp(person: { name: string; email: string; password: string }) {
  return request<SignInAnswer>('POST', '/api/auth/sign-up/email', person);
}

export function signIn(credentials: { email: string; password: string }) {
  return request<SignInAnswer>('POST', '/api/auth/sign-in/email', credentials);
}

export function signOut() {
  return request('POST', '/api/auth/sign-out', {});
}
