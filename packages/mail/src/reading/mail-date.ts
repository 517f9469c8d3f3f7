import { monthOf } from './month-names.ts';
import { zonedToUtc } from './time-zone.ts';

export interface MailDate {
  /** Milliseconds since the epoch. */
  at: number;
  /** Minutes east of UTC as the device wrote or its zone has it. */
  offset: number;
  /** False when the zone is the device's, not the text's. */
  hasZone: boolean;
}

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** RFC 5322 section 4.3, and the one that Japanese devices write. Other letters tell nothing. */
const NAMED_ZONES: Record<string, number> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  jst: 540,
};

const TIME = String.raw`(?<hour>\d{1,2})(?<colon>[:.])(?<minute>\d{2})(?:\k<colon>(?<second>\d{1,2})(?:[.,]\d{1,9})?)?`;
const ZONE = String.raw`(?<zone>[a-z]{1,5}|(?:utc|gmt)?[+-]\d{1,2}:?(?:\d{2})?)`;
/** In any language; it says nothing that the date does not. */
const WEEKDAY = '(?:[^\\d\\s,.]{1,20}(?:[.,]{1,2} ?| ))?';
const MONTH = '(?<month>[^\\d\\s.,:-]{3,10}|\\d{1,2}[月월])\\.?';
/**
 * RFC 5322, ISO 8601 (also with blanks, slashes and 年月日), asctime, JavaScript's and the American order with the month in words, the German order with points.
 * `11/20/2026` is none: nobody knows what comes first.
 */
const FORMS = [
  `${WEEKDAY}(?<day>\\d{1,2})[ -]${MONTH}[ -](?<year>\\d{2,4}),? ${TIME}(?: ?${ZONE})?`,
  `(?<year>\\d{4})([-/年])(?<month>\\d{1,2})(?:\\2|月)(?<day>\\d{1,2})日?[t, ] ?${TIME}(?: ?${ZONE})?`,
  `${WEEKDAY}${MONTH} (?<day>\\d{1,2}) ${TIME}(?: ${ZONE})? (?<year>\\d{4})`,
  `${WEEKDAY}${MONTH} (?<day>\\d{1,2}),? (?<year>\\d{4}),? ${TIME}(?: ?${ZONE})?`,
  `${WEEKDAY}(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4}),? ${TIME}(?: ?${ZONE})?`,
].map((form) => new RegExp(`^${form}$`, 'iu'));

/**
 * Reads a Date header strictly, or gives null. A time without zone is read in `timeZone` (IANA); without that either, it says nothing.
 */
export function parseMailDate(text: string, timeZone?: string | null): MailDate | null {
  const plain = text
    .slice(0, 128)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  for (const form of FORMS) {
    const groups = form.exec(plain)?.groups;
    if (groups) return readGroups(groups, timeZone);
  }
  return null;
}

function readGroups(groups: Record<string, string>, timeZone?: string | null): MailDate | null {
  const wallClock = wallClockOf(groups);
  // Twelve-hour clocks are no mail date; read without their half they would be wrong by half a day.
  if (wallClock === null || /^[ap]m$/i.test(groups.zone ?? '')) return null;
  // Letters that name no zone say nothing; digits that are none make the date unreadable.
  if (/\d/.test(groups.zone ?? '') && zoneMinutes(groups.zone!.toLowerCase()) === null) return null;
  const offset = groups.zone === undefined ? null : zoneMinutes(groups.zone.toLowerCase());
  if (offset !== null) return { at: wallClock - offset * 60_000, offset, hasZone: true };
  const local = timeZone ? zonedToUtc(timeZone, wallClock) : null;
  return local && { ...local, hasZone: false };
}

/** The written time as if it were UTC; null when no calendar has it. */
function wallClockOf(groups: Record<string, string>): number | null {
  const year = fullYear(groups.year!);
  const month = monthOf(groups.month!);
  const [day, hour, minute] = [Number(groups.day), Number(groups.hour), Number(groups.minute)];
  // A leap second is the last one of its minute to us.
  const second = Math.min(Number(groups.second ?? 0), 59);
  if (month < 0 || hour > 23 || minute > 59 || Number(groups.second ?? 0) > 60) return null;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : null;
}

/** RFC 5322 section 4.3: two digits are 1950 to 2049, three count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return digits.length === 2 && year < 50 ? year + 2000 : year + 1900;
}

function zoneMinutes(zone: string): number | null {
  const match = /^(?:utc|gmt)?([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  if (!match) return NAMED_ZONES[zone] ?? null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return minutes > 14 * 60 || Number(match[3] ?? 0) > 59 ? null : match[1] === '-' ? -minutes : minutes;
}

/** RFC 5322 form: `Fri, 20 Nov 2026 05:03:11 +0900`. */
export function formatMailDate({ at, offset }: Pick<MailDate, 'at' | 'offset'>): string {
  const date = new Date(at + offset * 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const month = MONTHS[date.getUTCMonth()]!;
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return `${DAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${month[0]!.toUpperCase()}${month.slice(1)} ${year} ${time} ${zone}`;
}
