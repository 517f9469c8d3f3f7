import { type MailFitting, mailFitting } from '@hikyaku/contracts';
import type { MessageStory } from '@hikyaku/db';

/** How a mail was made small enough for its provider, each way once, by its story. */
export function mailFittings(events: MessageStory['events']): MailFitting[] {
  const told = events.flatMap(({ data }) => {
    const read = mailFitting.safeParse(typeof data === 'object' && data !== null && 'fitting' in data && data.fitting);
    return read.success ? [read.data] : [];
  });
  return [...new Map(told.map((fitting) => [JSON.stringify(fitting), fitting])).values()];
}
