import type { FastifyReply } from 'fastify';
import type { SandboxProvider } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import type { FaultCall } from './fault.ts';

/**
 * Lets a waiting fault take the call over. True when it did: the caller is done. `toLocation`: where a browser is sent with an OAuth error, which is
 * how authorize endpoints refuse.
 */
export async function applyFault(
  context: SandboxContext,
  reply: FastifyReply,
  call: { provider: SandboxProvider; call: FaultCall; mailbox?: string; after?: 'accepting' },
  toLocation?: (error: Record<string, string>) => string,
): Promise<boolean> {
  const effect = await context.faults.strike(call);
  if (effect.kind === 'none') return false;
  if (effect.kind === 'drop') {
    reply.hijack();
    reply.raw.destroy();
    return true;
  }
  const error = toLocation ? readOAuthError(effect.answer.body) : undefined;
  if (toLocation && error) {
    await reply.redirect(toLocation(error), 302);
    return true;
  }
  await reply.code(effect.answer.status).headers(effect.answer.headers).send(effect.answer.body);
  return true;
}

function readOAuthError(body: string): Record<string, string> | undefined {
  try {
    const { error, error_description: text } = JSON.parse(body) as { error?: unknown; error_description?: unknown };
    return typeof error === 'string' && typeof text === 'string' ? { error, error_description: text } : undefined;
  } catch {
    return undefined;
  }
}
