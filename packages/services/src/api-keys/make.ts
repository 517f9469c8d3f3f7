import type { ApiKeyCreate } from '@hikyaku/contracts';
import { newId, RelayError } from '@hikyaku/core';
import { addAuditEntry, countApiKeys, insertApiKey, lockTenant } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';
import { hintOf, newSecret, secretHashOf } from './secret.ts';

/** A key a program, and some more. */
export const MAX_API_KEYS = 20;
const DAY_MS = 86_400_000;

/** Makes a key for whoever asks; its id, and its secret, which nobody can read back. @throws RelayError `api.forbidden`, `limit.api_keys` */
export async function makeApiKey(
  context: ServiceContext,
  userId: string,
  { name, scope, expiresInDays }: ApiKeyCreate,
): Promise<{ id: string; secret: string }> {
  requirePermission(context, 'keys.change');
  await lockTenant(context);
  if ((await countApiKeys(context)) >= MAX_API_KEYS) throw new RelayError('limit.api_keys');
  const { now } = context;
  const id = newId(now.getTime());
  const secret = newSecret();
  await insertApiKey(context, {
    ...{ id, userId, name, scope, hint: hintOf(secret), secretHash: secretHashOf(secret), createdAt: now },
    expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS),
  });
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'api_key.made',
    target: id,
    data: { name, scope, expiresInDays },
  });
  return { id, secret };
}
