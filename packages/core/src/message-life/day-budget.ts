/** Hours that are counted: every one that lies in the last 24 whole ones, the running one included. */
export const DAY_HOURS = 25;
/** Of a day's sends one in so many is kept for first mails after quiet and tests: a storm of some devices leaves room for news of the others. */
export const KEPT_SHARE = 5;

/** What an account sent in its rolling day, in what its provider counts. */
export interface DayUse {
  /** By hours, the oldest first; `DAY_HOURS` of them. */
  hours: readonly number[];
  /** Until the oldest of them counts no more, milliseconds. */
  nextHourInMs: number;
}

/** What a provider lets an account send in 24 hours. */
export interface DayLimit {
  perDay: number;
  counts: 'mails' | 'recipients';
}

const HOUR_MS = 3_600_000;

/** What of a day's `perDay` sends a mail may use: `isUrgent` are tests and first mails after quiet. */
export const shareOfDay = (perDay: number, isUrgent: boolean): number =>
  isUrgent ? perDay : perDay - Math.ceil(perDay / KEPT_SHARE);

/**
 * Least time between two digests of an account, milliseconds. While half of its day's ordinary share is left a storm is told as fast as its devices' windows allow; then
 * what is left is spread over a day: a digest every few minutes with more in each, instead of none until tomorrow.
 */
export function digestGapMs(use: DayUse, perDay: number): number {
  const share = shareOfDay(perDay, false);
  const room = share - use.hours.reduce((sum, sent) => sum + sent, 0);
  return room > share / 2 ? 0 : Math.ceil((24 * HOUR_MS) / Math.max(1, room));
}

/** Where a gathered mail's digest stands among those of its account. */
export interface DigestLine {
  /** Until its time comes, milliseconds; 0 when it has. */
  dueInMs: number;
  /** Digests that are made before it: those whose time has come, and those whose time comes until its own. */
  dueBefore: number;
  laterBefore: number;
  /** Mails that wait in the account's line: they use up the day before any digest does. */
  waiting: number;
  /** Since the account's newest one; null without one. */
  digestedAgoMs: number | null;
}

/** About when a gathered mail's digest is made, milliseconds from now: when its time has come, and not sooner behind those before it than the account's day allows. */
export function expectDigest(line: DigestLine, day: (DayUse & DayLimit) | null): number {
  const { dueInMs, dueBefore, laterBefore, waiting, digestedAgoMs } = line;
  // Each digest is one send of the day more.
  const gapMs = (behind: number): number =>
    day ? digestGapMs({ ...day, hours: [...day.hours, waiting + behind] }, day.perDay) : 0;
  const gapsMs = (from: number, to: number): number => {
    let sum = 0;
    for (let behind = from; behind < to; behind++) sum += gapMs(behind + 1);
    return sum;
  };
  const nextInMs = digestedAgoMs === null || digestedAgoMs < 0 ? 0 : Math.max(0, gapMs(0) - digestedAgoMs);
  return Math.max(dueInMs, nextInMs + gapsMs(0, dueBefore)) + gapsMs(dueBefore, dueBefore + laterBefore);
}

/** Until a mail with `before` others before it has room in the account's day, milliseconds; 0 when it has. As if nobody else sent. */
export const dayWaitMs = (use: DayUse, perDay: number, before: number, isUrgent: boolean): number =>
  dayWait(use, perDay, before, isUrgent).inMs;

/** The same, and how many of those before it get their room with it, at the same hour. What leaves by then counts in the hour in which it leaves. */
export function dayWait(
  use: DayUse,
  perDay: number,
  before: number,
  isUrgent: boolean,
): { inMs: number; withIt: number } {
  const share = Math.max(1, shareOfDay(perDay, isUrgent));
  let room = share - use.hours.reduce((sum, sent) => sum + sent, 0);
  if (room > before) return { inMs: 0, withIt: before };
  // The running hour is the last one; each step begins one more and forgets the oldest.
  const hours = [...use.hours];
  let left = before + 1;
  const leave = (hour: number): number => {
    const sends = Math.min(Math.max(0, room), left);
    hours[hour] = (hours[hour] ?? 0) + sends;
    room -= sends;
    left -= sends;
    return sends;
  };
  leave(DAY_HOURS - 1);
  for (let step = 0; ; step++) {
    room += hours[step] ?? 0;
    const sends = leave(step + DAY_HOURS);
    if (left === 0) return { inMs: use.nextHourInMs + step * HOUR_MS, withIt: sends - 1 };
  }
}
