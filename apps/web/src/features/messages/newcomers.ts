import type { MessageSummary } from '@hikyaku/contracts';

type Arrival = Pick<MessageSummary, 'id' | 'acceptedAt'>;

/** The newest moment of acceptance in a list; empty for none. Times of the api sort as texts. */
export function newestAt(messages: readonly Arrival[]): string {
  return (
    messages
      .map(({ acceptedAt }) => acceptedAt)
      .sort()
      .at(-1) ?? ''
  );
}

/**
 * What a reader further down does not see yet: the mails above the first one that was there when the top left the screen, and the rest.
 * Nothing waits where that mail is gone from the list.
 */
export function splitArrivals<Mail extends Arrival>(
  messages: readonly Mail[],
  topId: string | null,
): { waiting: number; shown: readonly Mail[] } {
  const waiting =
    topId === null
      ? 0
      : Math.max(
          0,
          messages.findIndex(({ id }) => id === topId),
        );
  return { waiting, shown: waiting ? messages.slice(waiting) : messages };
}
