/** One formatter costs 50 µs and some KB; devices of one instance are in few zones. */
const MAX_FORMATTERS = 64;
const formatters = new Map<string, Intl.DateTimeFormat | null>();

/** Minutes east of UTC at a moment (ms) in an IANA zone, or null when there is no such zone. */
export function zoneOffset(timeZone: string, at: number): number | null {
  const formatter = formatterOf(timeZone);
  if (!formatter) return null;
  const part: Record<string, number> = {};
  for (const { type, value } of formatter.formatToParts(at)) part[type] = Number(value);
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return Math.round((local - Math.floor(at / 1000) * 1000) / 60_000);
}

/** The moment (ms) of a wall-clock time, given as if it were UTC, in a zone. In the hour that a change repeats, the first one. */
export function zonedToUtc(timeZone: string, wallClock: number): { at: number; offset: number } | null {
  const before = zoneOffset(timeZone, wallClock - 86_400_000);
  if (before === null) return null;
  const after = zoneOffset(timeZone, wallClock + 86_400_000)!;
  for (const offset of [before, after]) {
    const at = wallClock - offset * 60_000;
    if (zoneOffset(timeZone, at) === offset) return { at, offset };
  }
  // The hour that a change skips: the clock had not been set yet.
  return { at: wallClock - before * 60_000, offset: before };
}

function formatterOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  if (formatters.size >= MAX_FORMATTERS) formatters.clear();
  const formatter = createFormatter(timeZone);
  formatters.set(timeZone, formatter);
  return formatter;
}

function createFormatter(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      era: undefined,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return null;
  }
}
