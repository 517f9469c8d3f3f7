import { Prisma } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

/** A word of a search, and the devices whose name holds it. */
interface SearchWord {
  word: string;
  deviceIds: string[];
}

/** More words than anybody types into one field; further ones are not looked for. */
const MAX_WORDS = 8;
/** Devices with one word in their names: those of a large fleet. With more of them, the newest are meant. */
const MAX_DEVICES = 2_000;
/** A queue id has 16 letters of 32: six of them at its beginning are no accident. */
const QUEUE_ID_PART = /^[A-Za-z0-9]{6,16}$/;

/** The words of a search, divided by blanks of any kind, also the Japanese one; none for no text. */
export async function searchWords(scope: TenantScope, text: string | undefined): Promise<SearchWord[]> {
  const words = [...new Set(text?.split(/\s+/).filter(Boolean))].slice(0, MAX_WORDS);
  if (words.length === 0) return [];
  const rows = await scope.tx.$queryRaw<{ ids: string[] | null }[]>`
    SELECT named.ids FROM unnest(${words.map(patternOf)}::text[]) WITH ORDINALITY AS w (pattern, place)
    CROSS JOIN LATERAL (SELECT array_agg(d.id::text) AS ids FROM (
      SELECT id FROM devices WHERE tenant_id = ${scope.tenantId}::uuid AND name ILIKE w.pattern
      ORDER BY id DESC LIMIT ${MAX_DEVICES}) d) named ORDER BY w.place`;
  return words.map((word, index) => ({ word, deviceIds: rows[index]?.ids ?? [] }));
}

/** A word fits a mail `m` as part of its subject, a recipient or its device's name, or as the beginning of its queue id. */
export function fitsWord(search: SearchWord): Prisma.Sql {
  const { word } = search;
  const { pattern, device } = fitsDevice(search, Prisma.raw('m.device_id'));
  const ways = [
    Prisma.sql`m.subject ILIKE ${pattern}`,
    Prisma.sql`array_to_string(m.recipients, ' ') ILIKE ${pattern}`,
    ...device,
    ...(QUEUE_ID_PART.test(word) ? [Prisma.sql`starts_with(m.queue_id, ${word.toUpperCase()})`] : []),
  ];
  // A mail without a subject compares as unknown: that is no fit.
  return Prisma.sql`COALESCE((${Prisma.join(ways, ' OR ')}), false)`;
}

/** What a word is compared with, and its fit by the device's name where it fits any. */
export function fitsDevice(
  { word, deviceIds }: SearchWord,
  deviceId: Prisma.Sql,
): { pattern: string; device: Prisma.Sql[] } {
  return {
    pattern: patternOf(word),
    device: deviceIds.length ? [Prisma.sql`${deviceId} = ANY (${deviceIds}::uuid[])`] : [],
  };
}

const patternOf = (word: string): string => `%${word.replace(/[\\%_]/g, '\\$&')}%`;
