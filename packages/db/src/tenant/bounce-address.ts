import type { TenantScope } from './scope.ts';

/** A tenant's address for non-delivery reports. */
export interface BounceAddressRow {
  token: string;
  createdAt: Date;
  lastReportAt: Date | null;
  /** What Gmail asks for before it forwards there, and for which mailbox. */
  forwardCode: string | null;
  forwardFor: string | null;
  forwardAt: Date | null;
}

const SHOWN = {
  token: true,
  createdAt: true,
  lastReportAt: true,
  forwardCode: true,
  forwardFor: true,
  forwardAt: true,
} as const;

/** Null where nobody of the tenant has asked for one. */
export function findBounceAddress({ tx, tenantId }: TenantScope): Promise<BounceAddressRow | null> {
  return tx.bounceAddress.findUnique({ where: { tenantId }, select: SHOWN });
}

/** Makes the tenant's address, or a new one in its place; what comes to the old one is a stranger's mail from then on. */
export function renewBounceAddress({ tx, tenantId }: TenantScope, token: string, now: Date): Promise<BounceAddressRow> {
  const fresh = { token, createdAt: now, lastReportAt: null, forwardCode: null, forwardFor: null, forwardAt: null };
  return tx.bounceAddress.upsert({
    where: { tenantId },
    create: { tenantId, ...fresh },
    update: fresh,
    select: SHOWN,
  });
}
