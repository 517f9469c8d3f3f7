import { request } from '../../api/request.ts';

export interface SignUpValues {
  name: string;
  email: string;
  password: string;
}
export type SignInValues = Omit<SignUpValues, 'name'>;

interface SignInAnswer {
  /** Null when the address has to be verified first. */
  token: string | null;
}

/** Better Auth's own endpoints; the session is an HttpOnly cookie that no script sees. */
export function signUp(person: SignUpValues) {
  return request<SignInAnswer>('POST', '/api/auth/sign-up/email', person);
}

export function signIn(credentials: SignInValues) {
  return request<SignInAnswer>('POST', '/api/auth/sign-in/email', credentials);
}

export function signOut() {
  return request('POST', '/api/auth/sign-out', {});
}
