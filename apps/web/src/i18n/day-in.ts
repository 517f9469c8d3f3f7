const formats = new Map<string, Intl.DateTimeFormat>();
const hourFormats = new Map<string, Intl.DateTimeFormat>();

/** One a zone: making one takes longer than using it, and a log has thousands of rows. As many as zones were shown, one or two. */
function formatIn(zone: string | undefined): Intl.DateTimeFormat {
  const key = zone ?? '';
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(key, format);
  }
  return format;
}

/** `2026-11-28`: the day of a moment in a zone. */
export function dayIn(at: Date, zone: string | undefined): string {
  return formatIn(zone).format(at);
}

/** 0 to 23: the hour of a moment in a zone. */
export function hourIn(at: Date, zone: string | undefined): number {
  const key = zone ?? '';
  let format = hourFormats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' });
    hourFormats.set(key, format);
  }
  return Number(format.format(at));
}

const DAY_MS = 86_400_000;
const QUARTER_MS = 15 * 60_000;

/**
 * The first moment of a day `2026-11-28` in a zone, or of `later` days after it; undefined for what is no day. Zones are whole quarters of an hour
 * from UTC and at most 14 hours: where the day begins is found by halving, also on days on which the clock is changed.
 */
export function startOfDay(day: string | undefined, later: number, zone: string | undefined): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? [];
  if (!year) return undefined;
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(date) + later);
  const wanted = new Date(utc).toISOString().slice(0, 10);
  let before = utc - DAY_MS;
  let within = utc + DAY_MS;
  while (within - before > QUARTER_MS) {
    const middle = before + Math.floor((within - before) / 2 / QUARTER_MS) * QUARTER_MS;
    if (dayIn(new Date(middle), zone) < wanted) before = middle;
    else within = middle;
  }
  return new Date(within).toISOString();
}
