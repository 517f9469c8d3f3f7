import type { DeviceHours } from '@hikyaku/contracts';
import { dayIn, hourIn } from '../../i18n/day-in.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const DAYS = 7;

/** Mails of an hour; null where nothing is known of it: before counting began, or yet to come. */
export type WeekCell = number | null;

export interface Week {
  /** Seven days `2026-11-28` of the zone, today last, with their 24 hours. */
  days: { day: string; cells: WeekCell[] }[];
  mails: number;
  most: number;
  /** The longest time without a mail that began in these days; null where hardly any is known. */
  longestPause: { from: string; ms: number } | null;
}

/** Seven days of a device by the hour, in a zone. Where a zone's hours begin at the half, a mail is in the hour in which its hour of UTC begins. */
export function weekOf({ hours, since }: DeviceHours, now: Date, zone: string | undefined): Week {
  const days = new Map<string, WeekCell[]>();
  // By the hour, not by the day: a day on which the clock is changed has 23 or 25.
  for (let back = DAYS * DAY_HOURS; back >= 0; back--) {
    const at = new Date(Math.floor(now.getTime() / HOUR_MS - back) * HOUR_MS);
    const day = dayIn(at, zone);
    if (!days.has(day)) days.set(day, Array<WeekCell>(DAY_HOURS).fill(null));
    if (at.getTime() + HOUR_MS > Date.parse(since)) days.get(day)![hourIn(at, zone)] = 0;
  }
  for (const { at, mails } of hours) {
    const cells = days.get(dayIn(new Date(at), zone));
    const hour = hourIn(new Date(at), zone);
    if (cells) cells[hour] = (cells[hour] ?? 0) + mails;
  }
  return {
    days: [...days].map(([day, cells]) => ({ day, cells })).slice(-DAYS),
    mails: hours.reduce((sum, { mails }) => sum + mails, 0),
    most: Math.max(0, ...hours.map(({ mails }) => mails)),
    longestPause: longestPause(hours, now),
  };
}

/** Whole hours between two with mail, or since the last. */
function longestPause(hours: DeviceHours['hours'], now: Date): Week['longestPause'] {
  let longest: Week['longestPause'] = null;
  for (const [index, { at }] of hours.entries()) {
    const from = Date.parse(at) + HOUR_MS;
    const to = index + 1 < hours.length ? Date.parse(hours[index + 1]!.at) : now.getTime();
    if (to - from >= HOUR_MS && to - from > (longest?.ms ?? 0))
      longest = { from: new Date(from).toISOString(), ms: to - from };
  }
  return longest;
}

/** How dark an hour is drawn: 0 none, 4 the fullest; each step is four times the one before, so that an alarm does not hide the daily report. */
export function shadeOf(mails: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (mails === 0) return 0;
  const steps = Math.log(most / mails) / Math.log(4);
  return Math.max(1, 4 - Math.floor(steps)) as 1 | 2 | 3 | 4;
}
