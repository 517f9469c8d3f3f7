import type { AlertCode } from './alerts.ts';

/** A thing begins, goes on (once more), or is over. */
export interface AlertMove {
  tenantId: string;
  code: AlertCode;
  subjectId: string;
  is: 'on' | 'off';
  at: Date;
  /** Of `on`: what the words need; never content, never a secret. */
  facts: Record<string, string | number | boolean | null>;
}

/** A row of the outbox, as far as alerts look at it. */
export interface ToldChange {
  tenantId: string;
  at: Date;
  kind: string;
  subjectId: string;
  facts: Record<string, unknown>;
}

/** Ends that an owner did not want. */
const BAD_ENDS = ['failed', 'expired', 'quarantined'];

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What a change that the outbox tells begins or ends. */
export function alertMoves(change: ToldChange): AlertMove[] {
  const { tenantId, at, kind, subjectId, facts } = change;
  const on = (code: AlertCode, subject: string, more: AlertMove['facts']): AlertMove => ({
    ...{ tenantId, at, code, subjectId: subject, is: 'on', facts: more },
  });
  const off = (code: AlertCode, subject: string): AlertMove => ({
    ...{ tenantId, at, code, subjectId: subject, is: 'off', facts: {} },
  });
  switch (kind) {
    case 'mailbox.changed':
      return facts.state === 'needs_reconnect'
        ? [on('mailbox.lost', subjectId, { code: text(facts.code) })]
        : // Connected again, or taken away by the owner himself.
          [off('mailbox.lost', subjectId)];
    case 'device.refused':
      return [
        on('device.refused', subjectId, {
          code: text(facts.code),
          count: typeof facts.count === 'number' ? facts.count : 1,
          hasWorked: facts.hasWorked === true,
        }),
      ];
    case 'message.bounced': {
      const device = text(facts.deviceId);
      const { reason, status } = facts;
      return device
        ? [on('mail.bounced', device, { reason: text(reason), status: text(status), messageId: subjectId })]
        : [];
    }
    case 'message.moved': {
      const device = text(facts.deviceId);
      const mailbox = text(facts.mailboxId);
      const state = text(facts.is);
      const moves: AlertMove[] = [];
      // It was accepted: the device speaks, and was let in.
      if (facts.was === null && device) moves.push(off('device.refused', device), off('device.silent', device));
      if (state && BAD_ENDS.includes(state) && device) {
        moves.push(on('mail.failed', device, { state, code: text(facts.code), messageId: subjectId }));
      }
      if (mailbox && facts.code === 'upstream.daily_limit') moves.push(on('mailbox.daily_limit', mailbox, {}));
      return moves;
    }
    default:
      return [];
  }
}

/** The last word on each thing, and how often it was said: one row a thing, so that a statement touches each once. */
export function gatherMoves(moves: AlertMove[]): (AlertMove & { count: number })[] {
  const things = new Map<string, AlertMove & { count: number }>();
  for (const move of moves) {
    const key = `${move.tenantId} ${move.code} ${move.subjectId}`;
    const before = things.get(key);
    const count = move.is === 'off' ? 0 : (before?.is === 'on' ? before.count : 0) + 1;
    things.set(key, { ...move, count });
  }
  return [...things.values()];
}
