import { SANDBOX_CLIENTS } from '@hikyaku/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { identityOf } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { bearerOf, readQuery } from '../read-form.ts';
import { grantedForm } from './scopes.ts';

/** `GET|POST /tokeninfo?access_token=`: what an access token is good for. */
export async function tokenInfoGoogle(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const check = context.tokens.checkAccess(readQuery(request).access_token ?? bearerOf(request));
  const invalid = { error: 'invalid_token', error_description: 'Invalid Value' };
  if (check.state !== 'valid' || check.grant.provider !== 'google') return reply.code(400).send(invalid);
  const mailbox = check.grant.address;
  if (await applyFault(context, reply, { provider: 'google', call: 'tokeninfo', mailbox })) return;
  const account = identityOf('google', mailbox);
  return reply.send({
    azp: SANDBOX_CLIENTS.google.clientId,
    aud: SANDBOX_CLIENTS.google.clientId,
    sub: account.subject,
    scope: grantedForm(check.scopes).join(' '),
    exp: String(Math.floor(check.expiresAt / 1000)),
    expires_in: String(Math.floor((check.expiresAt - context.clock.now()) / 1000)),
    email: account.address,
    email_verified: 'true',
    access_type: check.grant.isRefreshable ? 'offline' : 'online',
  });
}

/** `POST /revoke?token=`: ends every grant of account and client, whichever of its tokens is given (design, section 10). */
export async function revokeGoogle(context: SandboxContext, token: string, reply: FastifyReply): Promise<unknown> {
  const access = context.tokens.checkAccess(token);
  const grant = access.state === 'valid' ? access.grant : context.tokens.readRefresh(token);
  if (grant?.provider !== 'google' || grant.endedBy) {
    return reply.code(400).send({ error: 'invalid_token', error_description: 'Token expired or revoked' });
  }
  if (await applyFault(context, reply, { provider: 'google', call: 'revoke', mailbox: grant.address })) return;
  await context.grants.end(context.grants.liveOf('google', grant.address), 'access_revoked', true);
  return reply.send({});
}
