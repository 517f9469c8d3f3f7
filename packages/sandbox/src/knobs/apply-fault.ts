import type { FastifyReply } from 'fastify';
import type { SandboxProvider } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import type { FaultCall } from './fault.ts';

/** Lets a waiting fault take the call over. True when it did: the caller is done. */
export async function applyFault(
  context: SandboxContext,
  reply: FastifyReply,
  call: { provider: SandboxProvider; call: FaultCall; mailbox?: string; after?: 'accepting' },
): Promise<boolean> {
  const effect = await context.faults.strike(call);
  if (effect.kind === 'none') return false;
  if (effect.kind === 'drop') {
    reply.hijack();
    reply.raw.destroy();
    return true;
  }
  await reply.code(effect.answer.status).headers(effect.answer.headers).send(effect.answer.body);
  return true;
}
