import type { MessageState, RecipientVerdict } from '@hikyaku/core';
import type { Attempt, MessageEvent, Part } from '../generated/client.ts';
import type { TenantScope } from './scope.ts';

export interface MessageStory {
  events: Pick<MessageEvent, 'at' | 'kind' | 'data'>[];
  parts: (Pick<Part, 'number' | 'state' | 'sentAt' | 'places'> & {
    results: RecipientVerdict[];
    attempts: AttemptRow[];
  })[];
}
export type AttemptRow = Omit<Attempt, 'messageId' | 'tenantId' | 'fence'>;

/** A message in doubt is tried for 48 h at most, so this many lines tell a whole story; a longer one is cut at its beginning. */
const MAX_LINES = 500;

/** A mail that was put into a digest. */
export interface DigestedMail {
  id: string;
  acceptedAt: Date;
  subject: string | null;
  state: MessageState;
}

/** As many as a digest has at most. */
const MAX_DIGESTED = 500;

/** The mails in a digest, the oldest first; none for any other message. */
export async function readDigestedMails(scope: TenantScope, digestId: string): Promise<DigestedMail[]> {
  return scope.tx.$queryRaw<DigestedMail[]>`
    SELECT m.id, m.accepted_at AS "acceptedAt", m.subject, m.state::text AS state FROM messages m
    WHERE m.digest_id = ${digestId}::uuid AND m.tenant_id = ${scope.tenantId}::uuid ORDER BY m.seq LIMIT ${MAX_DIGESTED}`;
}

/** Events, parts and attempts of one message, each in order. */
export async function readMessageStory(scope: TenantScope, messageId: string): Promise<MessageStory> {
  const where = { messageId, tenantId: scope.tenantId };
  const events = await scope.tx.messageEvent.findMany({
    where,
    orderBy: { number: 'desc' },
    take: MAX_LINES,
    select: { at: true, kind: true, data: true },
  });
  const parts = await scope.tx.part.findMany({
    where,
    orderBy: { number: 'asc' },
    select: { number: true, state: true, sentAt: true, places: true, results: true },
  });
  const attempts = await scope.tx.attempt.findMany({
    where,
    orderBy: [{ partNumber: 'asc' }, { number: 'desc' }],
    take: MAX_LINES,
    omit: { messageId: true, tenantId: true, fence: true },
  });
  attempts.reverse();
  return {
    events: events.reverse(),
    parts: parts.map((part) => ({
      ...part,
      // Written by the worker alone, as core has it.
      results: (part.results ?? []) as unknown as RecipientVerdict[],
      attempts: attempts.filter(({ partNumber }) => partNumber === part.number),
    })),
  };
}
