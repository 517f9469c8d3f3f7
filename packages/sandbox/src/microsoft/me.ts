import type { User } from '@microsoft/microsoft-graph-types';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxContext } from '../context.ts';
import { applyFault } from '../knobs/apply-fault.ts';
import { originOf } from '../read-form.ts';
import { graphAccount } from './graph-account.ts';
import { graphHeaders, sendGraphError } from './graph-reply.ts';
import type { ODataResource } from './graph-types.ts';

/** `GET /v1.0/me`. Personal accounts have `mail: null` (facts 1.1). */
export async function meMicrosoft(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const account = graphAccount(context, request, 'User.Read');
  if ('code' in account) return sendGraphError(request, reply, account);
  if (await applyFault(context, reply, { provider: 'microsoft', call: 'me', mailbox: account.address })) return;
  graphHeaders(request, reply);
  const knobs = context.knobs.account(account.address);
  const plainMail = account.kind === 'personal' ? null : account.address;
  return reply.send({
    '@odata.context': `${originOf(request)}/microsoft/v1.0/$metadata#users/$entity`,
    businessPhones: [],
    displayName: account.name,
    givenName: account.name.split(' ')[0],
    id: account.kind === 'personal' ? account.subject.slice(19).replace('-', '') : account.subject,
    mail: knobs.mail === undefined ? plainMail : knobs.mail,
    userPrincipalName: account.address,
  } satisfies ODataResource<User>);
}
