import type { MailRule, QuietHours, RecipientsMode } from '@hikyaku/core';
import type pg from 'pg';
import type { Database } from '../../database.ts';

/** What the edge keeps of every tenant. Times in milliseconds since the epoch. */
export interface PolicyRows {
  tenants: { id: string; hideSubjects: boolean; isSuspended: boolean; isDeleted: boolean }[];
  mailboxes: { id: string; accountKey: string; isDeleted: boolean }[];
  devices: PolicyDeviceRow[];
  /** Those of devices, with the rules for all that are in them. */
  groups: { id: string; rules: MailRule[] }[];
  credentials: PolicyCredentialRow[];
}

export interface PolicyDeviceRow {
  id: string;
  tenantId: string;
  mailboxId: string;
  groupId: string | null;
  name: string;
  recipientsMode: RecipientsMode;
  recipients: string[];
  recipientDomains: string[];
  learntRecipients: string[];
  unconfirmedRecipients: string[];
  refusedRecipients: string[];
  allowPlainAuth: boolean;
  legacyTls: 'allow' | 'refuse';
  popBeforeSmtp: boolean;
  allowedAddresses: string[];
  maxSizeBytes: number | null;
  timeZone: string | null;
  charset: string | null;
  quietHours: QuietHours | null;
  rules: MailRule[];
  isDisabled: boolean;
  isDeleted: boolean;
}

export interface PolicyCredentialRow {
  id: string;
  deviceId: string;
  username: string;
  /** Base64. */
  passwordDigest: string;
  expiresAt: number | null;
  isRevoked: boolean;
}

/** Ended passwords stay known that long, to nobody's use but to tell a device's owner that it still has the old one. */
const TELL_OLD_FOR = `interval '30 days'`;

/** Keys as the edge may see them: public halves of content keys, and the sealed digest key. Newest first. */
export interface EdgeKeyRow {
  id: string;
  purpose: 'content' | 'digest';
  publicKey: Buffer | null;
  /** Empty for content keys. */
  sealed: Buffer;
  retiredAt: Date | null;
}

export interface PolicyChanges extends PolicyRows {
  /** Every transaction below it is in these rows or earlier ones: the `since` of the next call. */
  horizon: string;
  keys: EdgeKeyRow[];
}

const TENANTS = `SELECT id, hide_subjects AS "hideSubjects", suspended_at IS NOT NULL AS "isSuspended",
    deleted_at IS NOT NULL AS "isDeleted" FROM tenants`;
const MAILBOXES = `SELECT id, account_key AS "accountKey", deleted_at IS NOT NULL AS "isDeleted" FROM mailboxes`;
/** What goes to a channel instead of the mailbox waits for it alone. */
const DEVICES = `SELECT id, tenant_id AS "tenantId", CASE WHEN content_mode = 'instead' THEN coalesce(content_channel_id, mailbox_id) ELSE mailbox_id END AS "mailboxId", group_id AS "groupId", name, recipients_mode::text AS "recipientsMode", recipients,
    recipient_domains AS "recipientDomains",
    learnt_recipients AS "learntRecipients", unconfirmed_recipients AS "unconfirmedRecipients",
    refused_recipients AS "refusedRecipients", allow_plain_auth AS "allowPlainAuth", legacy_tls_mode::text AS "legacyTls",
    pop_before_smtp AS "popBeforeSmtp", allowed_addresses AS "allowedAddresses",
    max_size_bytes AS "maxSizeBytes", time_zone AS "timeZone", charset, quiet_hours AS "quietHours", rules, disabled_at IS NOT NULL AS "isDisabled",
    deleted_at IS NOT NULL AS "isDeleted" FROM devices`;
const GROUPS = 'SELECT id, rules FROM device_groups';
const CREDENTIALS = `SELECT id, device_id AS "deviceId", username, encode(password_digest, 'base64') AS "passwordDigest",
    (extract(epoch FROM expires_at) * 1000)::float8 AS "expiresAt", revoked_at IS NOT NULL AS "isRevoked" FROM credentials`;
const KEYS = `SELECT id, purpose, public_key AS "publicKey", CASE purpose WHEN 'digest' THEN sealed ELSE '' END AS sealed,
    retired_at AS "retiredAt" FROM instance_keys WHERE purpose IN ('content', 'digest')
    ORDER BY instance_keys.retired_at DESC NULLS FIRST, created_at DESC`;

/**
 * Everything that is alive, or with `since` everything that changed from that horizon on, what was ended or deleted included.
 * `changed_xid` is written before its transaction commits, so a transaction still open now may show up below today's newest id later; none
 * can show up below the oldest open one, which is the horizon.
 */
export async function readPolicyChanges(database: Database, since: string | null): Promise<PolicyChanges> {
  return database.transaction(async (client) => {
    await client.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const rows = async <T extends pg.QueryResultRow>(select: string, alive: string): Promise<T[]> =>
      since === null
        ? (await client.query<T>(`${select} WHERE ${alive}`)).rows
        : (await client.query<T>(`${select} WHERE changed_xid >= $1::xid8`, [since])).rows;
    const [snapshot] = (
      await client.query<{ horizon: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon')
    ).rows;
    return {
      horizon: snapshot!.horizon,
      tenants: await rows(TENANTS, 'deleted_at IS NULL'),
      mailboxes: await rows(MAILBOXES, 'deleted_at IS NULL'),
      devices: await rows(DEVICES, 'deleted_at IS NULL'),
      groups: await rows(GROUPS, `rules <> '[]'`),
      credentials: await rows(
        CREDENTIALS,
        `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now() - ${TELL_OLD_FOR})`,
      ),
      keys: (await client.query<EdgeKeyRow>(KEYS)).rows,
    };
  });
}

/** The rows behind user names, for logins that the snapshot does not know yet. */
export async function readCredentialRows(database: Database, usernames: string[]): Promise<PolicyRows> {
  const credentials = await database.query<PolicyCredentialRow>(
    `${CREDENTIALS} WHERE username = ANY($1) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [usernames],
  );
  const devices = await database.query<PolicyDeviceRow>(`${DEVICES} WHERE id = ANY($1)`, [
    credentials.map(({ deviceId }) => deviceId),
  ]);
  const [groups, tenants, mailboxes] = await Promise.all([
    database.query<PolicyRows['groups'][number]>(`${GROUPS} WHERE id = ANY($1)`, [
      devices.flatMap(({ groupId }) => groupId ?? []),
    ]),
    database.query<PolicyRows['tenants'][number]>(`${TENANTS} WHERE id = ANY($1)`, [
      devices.map(({ tenantId }) => tenantId),
    ]),
    database.query<PolicyRows['mailboxes'][number]>(`${MAILBOXES} WHERE id = ANY($1)`, [
      devices.map(({ mailboxId }) => mailboxId),
    ]),
  ]);
  return { credentials, devices, groups, tenants, mailboxes };
}
