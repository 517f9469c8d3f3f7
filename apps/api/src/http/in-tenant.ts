import { type PlanLimits, within } from '@hikyaku/core';
import type { TenantDb } from '@hikyaku/db';
import type { ServiceContext } from '@hikyaku/services';
import type { Logger } from '@hikyaku/telemetry';
import type { Viewer } from '../auth/resolve-viewer.ts';

/** The answer does not wait longer for what follows a commit; it goes on behind it. */
const AFTER_COMMIT_WAIT_MS = 1000;

export type InTenantOf = <T>(viewer: Viewer, work: (context: ServiceContext) => Promise<T>) => Promise<T>;

/** Runs a use case for a viewer: one transaction of his tenant, then what it left for after the commit. */
export function createInTenant(options: { tenants: TenantDb; plan: PlanLimits; logger: Logger }): InTenantOf {
  return async (viewer, work) => {
    const tasks: (() => Promise<void>)[] = [];
    const result = await options.tenants.forTenant(viewer.tenantId).tx((tx) =>
      work({
        tenantId: viewer.tenantId,
        tx,
        actor: viewer.actor,
        verifiedAddress: viewer.emailVerified ? viewer.email : null,
        plan: options.plan,
        now: new Date(),
        afterCommit: (task) => void tasks.push(task),
      }),
    );
    if (tasks.length) {
      const done = Promise.all(
        tasks.map((task) =>
          task().catch((error: unknown) => options.logger.warn({ event: 'http.after_commit_failed', err: error })),
        ),
      );
      await within(done, AFTER_COMMIT_WAIT_MS, () => {});
    }
    return result;
  };
}
