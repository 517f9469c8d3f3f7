import { request } from '../../api/request.ts';

/** Asks for another address to sign in by. False: a link was mailed, to whatever address it is. */
export function changeAddress(wish: { email: string; password: string }) {
  return request<{ isChanged: boolean }>('POST', '/api/auth/address/change', wish);
}

/** The link of the new mailbox, and the present password. */
export function confirmAddress(proof: { token: string; password: string }) {
  return request<{ email: string }>('POST', '/api/auth/confirm-address', proof);
}

/** The link of the old mailbox: it was not its owner. */
export function undoAddress(token: string) {
  return request<{ isRestored: boolean; email: string }>('POST', '/api/auth/undo-address', { token });
}
