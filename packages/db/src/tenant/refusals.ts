import { Prisma, type SmtpSession } from '../generated/client.ts';
import { fitsDevice, searchWords } from './message-search.ts';
import type { TenantScope } from './scope.ts';

/** A session that was refused, without what was said, and its device's name, be it deleted. */
export type RefusalRow = Omit<SmtpSession, 'tenantId' | 'lines' | 'deviceId'> & {
  deviceId: string;
  deviceName: string | null;
};

export interface RefusalFilter {
  deviceId?: string | undefined;
  /** Words, all of which have to fit: the address, the user name tried, the name that the device gave, or its own. */
  text?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

export interface RefusalPage {
  rows: RefusalRow[];
  /** The look-out for fitting sessions stopped there with room left on its page: go on below it. Null when it saw everything. */
  searchedTo: { id: string; startedAt: Date } | null;
}

/** Sessions looked at for a page: as many as a search of mails compares in one statement. */
const LOOK = 3_000;

/** Sessions of the tenant's devices that came to an error, newest first, from `beforeId` on. */
export async function pageRefusals(
  scope: TenantScope,
  filter: RefusalFilter,
  page: { limit: number; beforeId?: string | undefined; look?: number },
): Promise<RefusalPage> {
  const { deviceId, from, to } = filter;
  const words = await searchWords(scope, filter.text);
  const look = words.length ? (page.look ?? LOOK) : page.limit;
  const within = Prisma.join(
    [
      Prisma.sql`s.tenant_id = ${scope.tenantId}::uuid`,
      // As a constant, so that the partial index answers.
      Prisma.raw(`s.severity = 'error'`),
      deviceId ? Prisma.sql`s.device_id = ${deviceId}::uuid` : Prisma.sql`s.device_id IS NOT NULL`,
      ...(page.beforeId ? [Prisma.sql`s.id < ${page.beforeId}::uuid`] : []),
      // A session's id is made at its beginning: its first 48 bits are that moment (UUID version 7).
      ...(from ? [Prisma.sql`s.id >= ${firstIdAt(from)}::uuid`] : []),
      ...(to ? [Prisma.sql`s.id < ${firstIdAt(to)}::uuid`] : []),
    ],
    ' AND ',
  );
  const fits = Prisma.join([Prisma.sql`true`, ...words.map(fitsSession)], ' AND ');
  const rows = await scope.tx.$queryRaw<(RefusalRow & { fits: boolean })[]>`
    SELECT s.id, s.device_id AS "deviceId", d.name AS "deviceName", s.started_at AS "startedAt", s.ended_at AS "endedAt", s.door, s.address,
      s.tls, s.username, s.hello, s.message_ids AS "messageIds", s.diagnosis, s.severity, s.facts, s.steps, s.fits
    FROM (
      SELECT s.*, (${fits}) AS fits FROM smtp_sessions s WHERE ${within} ORDER BY s.id DESC LIMIT ${look}
    ) s LEFT JOIN devices d ON d.id = s.device_id AND d.tenant_id = ${scope.tenantId}::uuid
    ORDER BY s.id DESC`;
  const found = rows.filter((row) => row.fits).slice(0, page.limit);
  const last = rows.at(-1);
  const isCut = rows.length === look && found.length < page.limit && last !== undefined;
  return {
    rows: found.map(({ fits: _, ...row }) => row),
    searchedTo: isCut ? { id: last.id, startedAt: last.startedAt } : null,
  };
}

function fitsSession(word: Awaited<ReturnType<typeof searchWords>>[number]): Prisma.Sql {
  const { pattern, device } = fitsDevice(word, Prisma.raw('s.device_id'));
  const ways = [
    Prisma.sql`s.address ILIKE ${pattern}`,
    Prisma.sql`s.username ILIKE ${pattern}`,
    Prisma.sql`s.hello ILIKE ${pattern}`,
    ...device,
  ];
  return Prisma.sql`COALESCE((${Prisma.join(ways, ' OR ')}), false)`;
}

/** The smallest id that a session begun at `time` can have. */
function firstIdAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
}
