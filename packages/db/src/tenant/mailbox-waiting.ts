import type { TenantScope } from './scope.ts';

/** What waits to leave by a mailbox in its turn (held mail does not, nor what is gathered for a digest, perhaps for all of a night). */
export interface MailboxWaiting {
  mailboxId: string;
  accountKey: string;
  /** Up to the number asked for. */
  count: number;
  /** Acceptance of the oldest of those counted. */
  oldestAt: Date | null;
}

/** Waiting mail of the tenant's mailboxes in use, or of `ids` among them, up to `most` of each: by the index of claims, so that it costs no more with a long history. */
export async function readMailboxWaiting(
  { tx, tenantId }: TenantScope,
  most: number,
  ids?: string[],
): Promise<MailboxWaiting[]> {
  return tx.$queryRaw<MailboxWaiting[]>`
    SELECT b.id AS "mailboxId", b.account_key AS "accountKey", w.count, w.oldest AS "oldestAt"
    FROM mailboxes b CROSS JOIN LATERAL (
      SELECT count(*)::int AS count, min(few.accepted_at) AS oldest FROM (
        SELECT m.accepted_at FROM messages m
        WHERE m.account_key = b.account_key AND m.mailbox_id = b.id AND m.tenant_id = ${tenantId}::uuid AND m.due_at IS NOT NULL AND m.digest_at IS NULL LIMIT ${most}
      ) few
    ) w
    WHERE b.tenant_id = ${tenantId}::uuid AND b.deleted_at IS NULL AND b.provider::text <> 'channel' AND (${ids ?? null}::uuid[] IS NULL OR b.id = ANY (${ids ?? []}::uuid[]))`;
}
