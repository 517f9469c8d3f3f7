import type { MessageFilter } from './queries.ts';

/** Midnight where the reader is, at the beginning of a day `2026-11-28` or `later` days after it; undefined for what is no day. */
function midnight(day: string | undefined, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day ?? '') ?? [];
  if (!year) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}

/** A filter with days, both of them within it, as the api wants it: moments, the second no longer within. */
export function withMoments(filter: MessageFilter): MessageFilter {
  return { ...filter, from: midnight(filter.from, 0), to: midnight(filter.to, 1) };
}
