import type { FastifyRequest } from 'fastify';
import type { AccountIdentity } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { bearerOf } from '../read-form.ts';
import { accountOf } from './authorize.ts';
import { GRAPH_ERRORS, type GraphError } from './graph-errors.ts';
import { hasScope } from './scopes.ts';

/** Whose token came with the call, or the refusal; `scope` is what the call needs. */
export function graphAccount(
  context: SandboxContext,
  request: FastifyRequest,
  scope: string,
): AccountIdentity | GraphError {
  const token = bearerOf(request);
  const check = context.tokens.checkAccess(token);
  if (check.state === 'expired') return GRAPH_ERRORS.expiredToken;
  if (check.state === 'app') return GRAPH_ERRORS.meWithoutPerson;
  if (check.state !== 'valid' || check.grant.provider !== 'microsoft') {
    return token ? GRAPH_ERRORS.unknownToken : GRAPH_ERRORS.noToken;
  }
  return hasScope(check.scopes, scope) ? accountOf(context, check.grant.address) : GRAPH_ERRORS.accessDenied;
}
