import { z } from 'zod';
import { pageOf, timestamp } from './paging.ts';

export const role = z.enum(['owner', 'admin', 'viewer']);
export type Role = z.infer<typeof role>;

export const tenant = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** True: subjects are not kept. */
    hideSubjects: z.boolean(),
    /** How long metadata of mail is kept. */
    retentionDays: z.number().int(),
    createdAt: timestamp,
  })
  .meta({ id: 'Tenant' });
export type Tenant = z.infer<typeof tenant>;

export const tenantUpdate = z
  .strictObject({
    name: z.string().trim().min(1).max(80).optional(),
    hideSubjects: z.boolean().optional(),
    retentionDays: z.number().int().min(1).max(730).optional(),
  })
  .meta({ id: 'TenantUpdate' });
export type TenantUpdate = z.infer<typeof tenantUpdate>;

export const member = z
  .object({ userId: z.string(), name: z.string(), email: z.string(), role, createdAt: timestamp })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;
export const memberPage = pageOf(member);
