import type { TenantScope } from './scope.ts';

/** A mail whose arrival is asked for. */
export interface AskedArrival {
  messageId: string;
  recipient: string;
  deviceId: string | null;
  mailboxId: string;
  askedAt: Date;
  /** SHA-256 of the link's token, and until when the link works. */
  link: { tokenHash: Buffer; expiresAt: Date };
}

/** What is known of one recipient: of the newest mail that was asked about, and of the last time that anybody said it arrived. */
export interface ArrivalRow {
  recipient: string;
  messageId: string;
  askedAt: Date;
  confirmedAt: Date | null;
  confirmedBy: 'recipient' | 'member' | null;
  deniedAt: Date | null;
}

/** Recipients that are shown of a device or mailbox: as many as a list may hold. */
const SHOWN = 100;

/** Asks, for each of these mails, whether it arrived. */
export async function insertArrivals(scope: TenantScope, asked: AskedArrival[]): Promise<void> {
  await scope.tx.arrival.createMany({
    data: asked.map(({ link, recipient, ...row }) => ({
      ...row,
      tenantId: scope.tenantId,
      recipient: recipient.toLowerCase(),
      tokenHash: new Uint8Array(link.tokenHash),
      expiresAt: link.expiresAt,
    })),
  });
}

/** A member's word about a mail of his tenant, whether it was asked for or not. The last word counts. */
export async function answerArrival(
  scope: TenantScope,
  mail: { messageId: string; deviceId: string | null; mailboxId: string; recipient: string; sentAt: Date },
  hasArrived: boolean,
  now: Date,
): Promise<void> {
  const confirmedAt = hasArrived ? now : null;
  const confirmedBy = hasArrived ? 'member' : null;
  const deniedAt = hasArrived ? null : now;
  await scope.tx.$executeRaw`
    INSERT INTO arrivals AS a (message_id, recipient, tenant_id, device_id, mailbox_id, asked_at, confirmed_at, confirmed_by, denied_at)
    VALUES (${mail.messageId}::uuid, ${mail.recipient.toLowerCase()}, ${scope.tenantId}::uuid, ${mail.deviceId}::uuid, ${mail.mailboxId}::uuid,
      ${mail.sentAt}, ${confirmedAt}, ${confirmedBy}, ${deniedAt})
    ON CONFLICT (message_id, recipient) DO UPDATE SET confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by, denied_at = excluded.denied_at
    WHERE a.tenant_id = ${scope.tenantId}::uuid`;
}

/** By recipient, of a device or of tests of a mailbox alone; the one asked about last first. */
export async function listArrivals(
  scope: TenantScope,
  of: { deviceId: string } | { mailboxId: string },
): Promise<ArrivalRow[]> {
  const where = 'deviceId' in of ? { deviceId: of.deviceId } : { mailboxId: of.mailboxId, deviceId: null };
  const rows = await scope.tx.arrival.findMany({
    where: { ...where, tenantId: scope.tenantId },
    orderBy: { askedAt: 'desc' },
    // A sweep leaves few old ones of a recipient; no person reads more.
    take: 10 * SHOWN,
    select: { recipient: true, messageId: true, askedAt: true, confirmedAt: true, confirmedBy: true, deniedAt: true },
  });
  const newest = new Map<string, ArrivalRow>();
  for (const row of rows as ArrivalRow[]) {
    const known = newest.get(row.recipient);
    if (!known) newest.set(row.recipient, row);
    else if (!known.confirmedAt && row.confirmedAt) {
      newest.set(row.recipient, { ...known, confirmedAt: row.confirmedAt, confirmedBy: row.confirmedBy });
    }
  }
  return [...newest.values()].slice(0, SHOWN);
}
