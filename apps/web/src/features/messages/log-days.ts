import { startOfDay } from '../../i18n/day-in.ts';
import type { MessageFilter } from './queries.ts';

/** A filter with days of a zone, both of them within it, as the api wants it: moments, the second no longer within. */
export function withMoments(filter: MessageFilter, zone: string | undefined): MessageFilter {
  return { ...filter, from: startOfDay(filter.from, 0, zone), to: startOfDay(filter.to, 1, zone) };
}
