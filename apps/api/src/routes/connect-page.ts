import {
  APP_ONLY_RETURN_PATH,
  CONNECT_ERROR_CODES,
  CONNECT_RETURN_PATH,
  type ConnectErrorCode,
} from '@hikyaku/contracts';
import { type RelayError, toProblem } from '@hikyaku/core';

/** The one page on which every connection ends. Nothing of the provider's answer is part of its address. */
export const connectedPage = (publicUrl: string, mailboxId: string): string =>
  `${publicUrl}${CONNECT_RETURN_PATH}?connected=${mailboxId}`;

/** The same page with a code that it has words for. */
export function connectErrorPage(publicUrl: string, error: RelayError): string {
  return `${publicUrl}${CONNECT_RETURN_PATH}?error=${wordedCode(error)}`;
}

/** Where an administrator's way to Microsoft ends. */
export const approvedPage = (publicUrl: string): string => `${publicUrl}${APP_ONLY_RETURN_PATH}?approved=true`;

export const approvalErrorPage = (publicUrl: string, error: RelayError): string =>
  `${publicUrl}${APP_ONLY_RETURN_PATH}?error=${wordedCode(error)}`;

function wordedCode(error: RelayError): ConnectErrorCode {
  const known = CONNECT_ERROR_CODES.find((code) => code === error.code);
  if (known) return known;
  if (toProblem(error).status < 500) return 'oauth.state_invalid';
  return error.code.startsWith('upstream.') ? 'upstream.unavailable' : 'bug.unknown';
}
