import { directoryOf } from '../accounts/account.ts';
import { isApproved } from '../accounts/approvals.ts';
import type { SandboxContext } from '../context.ts';
import { ENTRA_ERRORS, type EntraError } from './entra-errors.ts';

const DEFAULT_SCOPE = 'https://graph.microsoft.com/.default';

/**
 * The leg of client credentials: a token of the relay itself in one directory, which must know it, with or without any permission; no refresh token ever comes
 * with it (Microsoft, v2-oauth2-client-creds-grant-flow).
 */
export function appToken(
  context: SandboxContext,
  form: Record<string, string>,
  tenant: string,
): { error: EntraError } | { body: Record<string, unknown> } {
  const directory = directoryOf(tenant);
  if (!directory) return { error: ENTRA_ERRORS.noDirectory };
  if (form.scope !== DEFAULT_SCOPE) return { error: ENTRA_ERRORS.badScope };
  if (!isApproved(context, directory)) return { error: ENTRA_ERRORS.appNotThere };
  const lifetime = context.knobs.values().tokenLifetimeSeconds;
  const accessToken = context.tokens.accessApp(directory, lifetime);
  return {
    body: { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token: accessToken },
  };
}
