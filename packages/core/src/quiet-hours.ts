/** Hours of a day, as clocks on walls show them: `22:30`. The end may be the next morning's. */
export interface QuietHours {
  start: string;
  end: string;
}

const DAY = 1440;
const MINUTE_MS = 60_000;

/**
 * When the quiet hours that `nowMs` lies in end, milliseconds since the epoch; null outside of them. Where the clocks change in between, the end is what the wall's clock says. Null as well for
 * a zone that nobody knows: an alert at night is better than one at a wrong time.
 */
export function quietUntil(nowMs: number, { start, end }: QuietHours, timeZone: string): number | null {
  const clock = wallClock(timeZone);
  if (!clock) return null;
  const [from, to] = [minutesOf(start), minutesOf(end)];
  const length = (to - from + DAY) % DAY;
  if ((clock(nowMs) - from + DAY) % DAY >= length) return null;
  const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const untilMs = minute + ((to - clock(nowMs) + DAY) % DAY) * MINUTE_MS;
  // An hour more or less, where the clocks changed meanwhile; never before now.
  const off = ((to - clock(untilMs) + DAY + DAY / 2) % DAY) - DAY / 2;
  return Math.max(untilMs + off * MINUTE_MS, minute + MINUTE_MS);
}

const minutesOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/** Minutes since midnight, as the zone's clocks show them. */
function wallClock(timeZone: string): ((atMs: number) => number) | null {
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    return (atMs) => minutesOf(format.format(atMs));
  } catch {
    return null;
  }
}
