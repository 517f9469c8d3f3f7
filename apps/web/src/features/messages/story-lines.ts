import type { Attempt, MessageDetail, MessageEvent } from '@hikyaku/contracts';

/** How an attempt ended, as the texts know it. */
export const OUTCOMES = ['running', 'accepted', 'deferred', 'rejected', 'auth_lost', 'in_doubt', 'abandoned'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Events that no attempt tells of already. */
export const TOLD_KINDS = [
  'recovered',
  'held',
  'released',
  'rerouted',
  'expired',
  'cancelled',
  'retried',
  'quiet_hours',
  'rule_applied',
  'digested',
  'folded',
  'digest_sent',
  'digest_failed',
  'digest_expired',
  'digest_cancelled',
  'suppressed',
  'recipients_unconfirmed',
  'recipients_allowed',
  'recipients_refused',
  'recipients_unanswered',
  'in_parts',
  'bounced',
  'quarantined',
  'content_destroyed',
] as const;
export type ToldKind = (typeof TOLD_KINDS)[number];

/** The relay wrote it itself (core's OWN_DOOR): a test, a digest, an alert. No device sent it, by no port. */
export const isOwnMail = ({ door }: Pick<MessageDetail, 'door'>): boolean => door === 'dashboard';

export type StoryLine =
  | { at: string; type: 'accepted' }
  | { at: string; type: 'attempt'; attempt: Attempt; outcome: Outcome }
  | { at: string; type: 'event'; kind: ToldKind; rule: MetRule | null; way: OtherWay | null };

/** The owner's rule that a mail met, as it was then. */
interface MetRule {
  isOfSite: boolean;
  number: number;
  matches: string;
}

function metRule(data: MessageEvent['data']): MetRule | null {
  const { of, number, matches } = data ?? {};
  if (typeof number !== 'number' || typeof matches !== 'string') return null;
  return { isOfSite: of === 'group', number, matches };
}

/** By which mailbox a mail left instead of its own, and why. */
interface OtherWay {
  from: string;
  to: string;
  reason: string;
}

function otherWay({ kind, data }: MessageEvent): OtherWay | null {
  const { from, to, reason } = data ?? {};
  if (kind !== 'rerouted' || typeof from !== 'string' || typeof to !== 'string') return null;
  return { from, to, reason: typeof reason === 'string' ? reason : '' };
}

function outcomeOf(attempt: Attempt): Outcome {
  const outcome = attempt.outcome ?? 'running';
  return (OUTCOMES as readonly string[]).includes(outcome) ? (outcome as Outcome) : 'abandoned';
}

/** What happened to a mail, oldest first: its acceptance, each attempt at its end, and what happened besides. */
export function storyLines(
  message: Pick<MessageDetail, 'acceptedAt' | 'sentAt' | 'hasContent' | 'parts' | 'events'>,
): StoryLine[] {
  const attempts = message.parts.flatMap((part) =>
    part.attempts.map((attempt): StoryLine => {
      return { at: attempt.finishedAt ?? attempt.at, type: 'attempt', attempt, outcome: outcomeOf(attempt) };
    }),
  );
  const events = message.events.flatMap((event): StoryLine[] => {
    const kind = TOLD_KINDS.find((told) => told === event.kind);
    return kind ? [{ at: event.at, type: 'event', kind, rule: metRule(event.data), way: otherWay(event) }] : [];
  });
  const later = [...attempts, ...events].sort((a, b) => a.at.localeCompare(b.at));
  // Acceptance by the provider destroys the content in the same breath; no event of its own says so.
  const { sentAt, hasContent } = message;
  const end: StoryLine[] =
    sentAt && !hasContent ? [{ at: sentAt, type: 'event', kind: 'content_destroyed', rule: null, way: null }] : [];
  return [{ at: message.acceptedAt, type: 'accepted' }, ...later, ...end];
}
