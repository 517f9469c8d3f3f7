import type { RecipientVerdict, SendResult } from '../transport.ts';

/** Recipients that the next attempt is for: those of whom nothing final was said. Whoever has the mail never gets it again. */
export function openRecipients(recipients: string[], results: RecipientVerdict[] | null): string[] {
  const settled = new Set(results?.filter(({ outcome }) => outcome !== 'deferred').map(({ recipient }) => recipient));
  return recipients.filter((recipient) => !settled.has(recipient));
}

/**
 * What a send means for single recipients. `tried`: whom it was for; `earlier`: results of attempts before. `results` is null where all share the
 * mail's fate. When an earlier attempt had handed the mail to some, a refusal of the rest is theirs alone: the mail itself was taken.
 */
export function settleRecipients(
  result: SendResult,
  tried: string[],
  earlier: RecipientVerdict[] | null,
): { result: SendResult; results: RecipientVerdict[] | null } {
  const wasTaken = earlier?.some(({ outcome }) => outcome === 'accepted') ?? false;
  if (result.outcome === 'rejected' && wasTaken) {
    const recipients = tried.map((recipient) => ({ ...result, recipient }));
    return settleRecipients({ outcome: 'accepted', status: result.status ?? 0, recipients }, tried, earlier);
  }
  if (result.outcome !== 'accepted' || (!result.recipients && !earlier)) return { result, results: earlier };
  const named = new Map(result.recipients?.map((verdict) => [verdict.recipient, verdict]));
  const now = tried.map((recipient) => named.get(recipient) ?? { recipient, outcome: 'accepted' as const });
  const before = earlier?.filter(({ recipient }) => !tried.includes(recipient)) ?? [];
  return { result, results: [...before, ...now] };
}
