import type { TenantScope } from './scope.ts';

/** How a thing was when a person said that he had seen it. */
export interface SeenProblemRow {
  problem: string;
  mark: string;
}

/** Of a person; more than a first page can tell of. Older ones go. */
const KEPT = 100;

/** What a person has said to have seen, the newest first. */
export async function listSeenProblems(scope: TenantScope, person: string): Promise<SeenProblemRow[]> {
  return scope.tx.seenProblem.findMany({
    where: { tenantId: scope.tenantId, person },
    orderBy: { seenAt: 'desc' },
    take: KEPT,
    select: { problem: true, mark: true },
  });
}

/** The last word counts. */
export async function markProblemSeen(scope: TenantScope, person: string, seen: SeenProblemRow): Promise<void> {
  const { tenantId, tx } = scope;
  await tx.$executeRaw`
    INSERT INTO seen_problems AS s (tenant_id, person, problem, mark, seen_at)
    VALUES (${tenantId}::uuid, ${person}, ${seen.problem}, ${seen.mark}, now())
    ON CONFLICT (tenant_id, person, problem) DO UPDATE SET mark = excluded.mark, seen_at = excluded.seen_at
    WHERE s.tenant_id = ${tenantId}::uuid`;
  await tx.$executeRaw`
    DELETE FROM seen_problems WHERE tenant_id = ${tenantId}::uuid AND person = ${person} AND problem IN (
      SELECT problem FROM seen_problems WHERE tenant_id = ${tenantId}::uuid AND person = ${person}
      ORDER BY seen_at DESC, problem OFFSET ${KEPT})`;
}
