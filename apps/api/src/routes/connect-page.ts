import { CONNECT_ERROR_CODES, CONNECT_RETURN_PATH } from '@hikyaku/contracts';
import { type RelayError, toProblem } from '@hikyaku/core';

/** The one page on which every connection ends. Nothing of the provider's answer is part of its address. */
export const connectedPage = (publicUrl: string, mailboxId: string): string =>
  `${publicUrl}${CONNECT_RETURN_PATH}?connected=${mailboxId}`;

/** The same page with a code that it has words for. */
export function connectErrorPage(publicUrl: string, error: RelayError): string {
  const isKnown = (CONNECT_ERROR_CODES as readonly string[]).includes(error.code);
  const code = isKnown ? error.code : toProblem(error).status < 500 ? 'oauth.state_invalid' : 'bug.unknown';
  return `${publicUrl}${CONNECT_RETURN_PATH}?error=${code}`;
}
