import { z } from 'zod';
import { isTimeZone } from './device-policy.ts';
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
    /** An IANA name in which times are shown; null: each reader sees his own. */
    timeZone: z.string().nullable(),
    /** Proposed for new devices; null: none was chosen. */
    defaultMailboxId: z.uuid().nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Tenant' });
export type Tenant = z.infer<typeof tenant>;

export const tenantUpdate = z
  .strictObject({
    name: z.string().trim().min(1).max(80).optional(),
    hideSubjects: z.boolean().optional(),
    retentionDays: z.number().int().min(1).max(730).optional(),
    timeZone: z.string().max(64).refine(isTimeZone, 'is not a time zone').nullable().optional(),
    defaultMailboxId: z.uuid().nullable().optional(),
  })
  .meta({ id: 'TenantUpdate' });
export type TenantUpdate = z.infer<typeof tenantUpdate>;

/** Body of DELETE /tenant: its name as it stands, so that nobody ends it by a slip. */
export const tenantEnd = z.strictObject({ name: z.string().max(200) }).meta({ id: 'TenantEnd' });

/** A tenant that was deleted: nobody serves it any more, and its rows go. */
export const tenantDeletion = z
  .object({
    id: z.uuid(),
    name: z.string(),
    deletedAt: timestamp,
    /** Mails still to be erased; 10,000 stands for that many or more. */
    mailsLeft: z.number().int(),
  })
  .meta({ id: 'TenantDeletion' });
/** Answer of GET /tenant/deletions: what is gone as a whole is not in it. */
export const tenantDeletions = z.object({ items: z.array(tenantDeletion) }).meta({ id: 'TenantDeletions' });
export type TenantDeletions = z.infer<typeof tenantDeletions>;

export const member = z
  .object({ userId: z.string(), name: z.string(), email: z.string(), role, createdAt: timestamp })
  .meta({ id: 'Member' });
export type Member = z.infer<typeof member>;
export const memberPage = pageOf(member);
