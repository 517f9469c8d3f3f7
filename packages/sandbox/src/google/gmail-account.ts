import type { FastifyRequest } from 'fastify';
import { type AccountIdentity, identityOf } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { bearerOf } from '../read-form.ts';
import { GOOGLE_ERRORS, type GoogleError } from './google-errors.ts';

/** Whose token came with the call to `/users/{userId}/…`, or the refusal. */
export function gmailAccount(
  context: SandboxContext,
  request: FastifyRequest<{ Params: { userId: string } }>,
  isAllowed: (scopes: string[]) => boolean,
): AccountIdentity | GoogleError {
  const token = bearerOf(request);
  if (!token) return GOOGLE_ERRORS.noToken;
  const check = context.tokens.checkAccess(token);
  if (check.state !== 'valid' || check.grant.provider !== 'google') return GOOGLE_ERRORS.invalidToken;
  if (!isAllowed(check.scopes)) return GOOGLE_ERRORS.scope;
  const { address } = check.grant;
  if (!['me', address].includes(request.params.userId.toLowerCase())) return GOOGLE_ERRORS.notFound;
  return identityOf('google', address, context.knobs.account(address).kind);
}
