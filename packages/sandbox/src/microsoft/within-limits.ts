import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountIdentity } from '../accounts/account.ts';
import type { SandboxContext } from '../context.ts';
import { readBody } from '../read-body.ts';
import { GRAPH_ERRORS, type GraphError } from './graph-errors.ts';
import { sendGraphError } from './graph-reply.ts';

/** "4MB" in Microsoft's words; the reported ceiling of 2240 KB of picture fits 4 MiB (facts 2.1). */
export const GRAPH_BODY_LIMIT = 4_194_304;

/** One call that counts against Graph's limits of its account; `work` gets its body. Who is refused, by `account` or by a limit, is answered here. */
export async function withinLimits(
  context: SandboxContext,
  request: FastifyRequest,
  reply: FastifyReply,
  account: AccountIdentity | GraphError,
  work: (account: AccountIdentity, body: { bytes: Buffer; isTooLarge: boolean }) => Promise<unknown>,
): Promise<unknown> {
  if ('code' in account) {
    await readBody(request.raw, 0);
    return sendGraphError(request, reply, account);
  }
  const refusal = context.limits.enterGraph(account.address, Number(request.headers['content-length'] ?? 0));
  if (refusal) {
    await readBody(request.raw, 0);
    const error = refusal.limit === 'concurrency' ? GRAPH_ERRORS.concurrency : GRAPH_ERRORS.throttled;
    return sendGraphError(request, reply, { ...error, retryAfterMs: refusal.retryAfterMs });
  }
  try {
    return await work(account, await readBody(request.raw, GRAPH_BODY_LIMIT));
  } finally {
    context.limits.leaveGraph(account.address);
  }
}
