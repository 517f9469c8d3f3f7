/** Hours of a day, as clocks on walls show them: `22:30`. The end may be the next morning's. */
export interface QuietHours {
  start: string;
  end: string;
}

const DAY = 1440;
const MINUTE_MS = 60_000;

/**
 * When the quiet hours that `nowMs` lies in end, milliseconds since the epoch: the first minute at which the wall's clock shows a time outside of them. Null outside of them. Where the clocks
 * change in between, so it is: an end that no clock shows, since it is passed over, is the moment of the change; of one that comes twice the first counts. Null as well for
 * a zone that nobody knows: an alert at night is better than one at a wrong time.
 */
export function quietUntil(nowMs: number, { start, end }: QuietHours, timeZone: string): number | null {
  const clock = wallClock(timeZone);
  if (!clock) return null;
  const [from, to] = [minutesOf(start), minutesOf(end)];
  const isQuiet = (atMs: number): boolean => (clock(atMs) - from + DAY) % DAY < (to - from + DAY) % DAY;
  if (!isQuiet(nowMs)) return null;
  const leftMs = (atMs: number): number => ((to - clock(atMs) + DAY) % DAY) * MINUTE_MS;
  const nowMinute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const changeMs = clockChange(nowMinute, nowMinute + leftMs(nowMinute), clock);
  return isQuiet(changeMs) ? changeMs + leftMs(changeMs) : changeMs;
}

/** The minute between two at which the clock is changed; the later one where it goes on as it was. No zone changes its clock twice in a day. */
function clockChange(fromMs: number, toMs: number, clock: (atMs: number) => number): number {
  const isChanged = (atMs: number): boolean => (clock(fromMs) + (atMs - fromMs) / MINUTE_MS - clock(atMs)) % DAY !== 0;
  let [before, after] = [fromMs, toMs];
  while (after - before > MINUTE_MS) {
    const middle = before + Math.floor((after - before) / 2 / MINUTE_MS) * MINUTE_MS;
    if (isChanged(middle)) after = middle;
    else before = middle;
  }
  return after;
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
