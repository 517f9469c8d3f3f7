import { type PlanLimits, RelayError } from '@hikyaku/core';
import type { TenantScope } from '@hikyaku/db';
import type { Actor } from './actor.ts';

/** Who asks, for whom, inside which transaction. Every use case takes one first. */
export interface ServiceContext extends TenantScope {
  actor: Actor;
  /** Verified address of the person who asks; null while it is not. */
  verifiedAddress: string | null;
  /** The plan of this instance; a tenant's row may say otherwise (`tenantLimits`). */
  plan: PlanLimits;
  now: Date;
  /** Runs when the transaction is committed, and only then; its failure is logged and fails nothing. */
  afterCommit(task: () => Promise<void>): void;
}

/** The thing asked for, or the one answer for unknown, deleted and another tenant's. */
export function found<T>(thing: T | null | undefined): T {
  if (thing === null || thing === undefined) throw new RelayError('api.not_found');
  return thing;
}

/** @throws RelayError `api.invalid` when there is anything in `fields`. */
export function requireFields(fields: Record<string, string>): void {
  if (Object.keys(fields).length) throw new RelayError('api.invalid', { fields });
}
