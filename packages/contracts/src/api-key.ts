import { z } from 'zod';
import { line } from './device-policy.ts';
import { pageOf, timestamp } from './paging.ts';

/** `read`: looks at everything of the tenant; `change`: does what its maker may do, too. */
export const apiKeyScope = z.enum(['read', 'change']);
export type ApiKeyScope = z.infer<typeof apiKeyScope>;

/** A key by which a program uses the API for its maker, without his sign-in. */
export const apiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    scope: apiKeyScope,
    /** Its first characters, to tell it from others. */
    hint: z.string(),
    /** Who made it; null: he is no member any more, and it opens nothing. */
    madeBy: z.string().nullable(),
    createdAt: timestamp,
    /** To the minute; null: never used. */
    lastUsedAt: timestamp.nullable(),
    /** Null: it has no end. */
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKey = z.infer<typeof apiKey>;

export const apiKeyPage = pageOf(apiKey).meta({ id: 'ApiKeyPage' });

export const apiKeyCreate = z
  .strictObject({
    name: line(80).min(1),
    scope: apiKeyScope,
    /** Null: no end. */
    expiresInDays: z.number().int().min(1).max(3650).nullable(),
  })
  .meta({ id: 'ApiKeyCreate' });
export type ApiKeyCreate = z.infer<typeof apiKeyCreate>;

/** `secret`: what goes behind `Authorization: Bearer`, shown this once. */
export const apiKeyMade = z.object({ apiKey, secret: z.string() }).meta({ id: 'ApiKeyMade' });
export type ApiKeyMade = z.infer<typeof apiKeyMade>;
