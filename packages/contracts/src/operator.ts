import { z } from 'zod';
import { pageOf, timestamp } from './paging.ts';
import { limitName } from './usage.ts';

const limits = z.partialRecord(limitName, z.number().int().min(0).max(1e12));

/** A tenant as the operator of the instance sees it. */
export const operatorTenant = z
  .object({
    id: z.uuid(),
    name: z.string(),
    createdAt: timestamp,
    /** Since then no door, page or worker serves it. */
    suspendedAt: timestamp.nullable(),
    /** Numbers that count instead of the plan's. */
    limits: z.record(z.string(), z.number()).nullable(),
    devices: z.number().int(),
  })
  .meta({ id: 'OperatorTenant' });
export type OperatorTenant = z.infer<typeof operatorTenant>;
export const operatorTenantPage = pageOf(operatorTenant);

/** Body of PATCH /operator/tenants/{id}. A field left out stays as it is; `limits` replaces all numbers, null takes them back. */
export const operatorTenantUpdate = z
  .strictObject({ isSuspended: z.boolean().optional(), limits: limits.nullable().optional() })
  .meta({ id: 'OperatorTenantUpdate' });
