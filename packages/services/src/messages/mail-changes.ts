import { MAIL_CHANGES, type MailChange as ToldChange } from '@hikyaku/contracts';
import type { MessageStory } from '@hikyaku/db';
import type { MailChange } from '@hikyaku/mail';

/** What was changed in a mail before it left, each once, by its story: every attempt that a provider saw names it. */
export function mailChanges(events: MessageStory['events']): ToldChange[] {
  // Whatever packages/mail can change has its name in the contract: else this does not compile.
  const written: ToldChange[] = events.flatMap(({ data }): MailChange[] =>
    typeof data === 'object' && data !== null && 'changes' in data && Array.isArray(data.changes)
      ? (data.changes as MailChange[])
      : [],
  );
  // A younger worker may name one that this process does not know.
  return [...new Set(written)].filter((change) => MAIL_CHANGES.includes(change));
}
