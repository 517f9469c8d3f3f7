import type { SeenProblem, SeenProblemList } from '@hikyaku/contracts';
import { listSeenProblems, markProblemSeen } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';

/** What the person who asks has said to have seen. Each for himself: what one has read the other may not know. @throws RelayError `api.forbidden` */
export async function listSeenProblemsOf(context: ServiceContext): Promise<SeenProblemList> {
  requirePermission(context, 'self');
  return { items: await listSeenProblems(context, context.actor.name) };
}

/** Takes a person's word that he has seen something; no more is told of it to him until it changes. @throws RelayError `api.forbidden` */
export async function seeProblem(context: ServiceContext, seen: SeenProblem): Promise<void> {
  requirePermission(context, 'self');
  await markProblemSeen(context, context.actor.name, seen);
}
