import { type Bounce, bounce } from '@hikyaku/contracts';
import type { MessageStory } from '@hikyaku/db';

/** What reports said of a mail's recipients after it was handed over, by its story. */
export function bouncesOf(events: MessageStory['events']): Bounce[] {
  return events.flatMap(({ at, kind, data }) => {
    if (kind !== 'bounced') return [];
    const read = bounce.safeParse({ ...(data as object | null), at: at.toISOString() });
    return read.success ? [read.data] : [];
  });
}
