import { type DayUse, shareOfDay } from './day-budget.ts';

/** Why a mail leaves by its owner's other mailbox: its own cannot send, has used up its day, or its provider takes nothing of it for a good while. */
export const REROUTE_REASONS = ['closed', 'day', 'rest'] as const;
export type RerouteReason = (typeof REROUTE_REASONS)[number];

/** A provider that asks for less is waited for: every throttle passes, and mail by another address is news to who reads it. */
export const LONG_REST_MS = 15 * 60_000;

/** A mailbox, as far as mail may leave by it. */
export interface MailboxRoom {
  canSend: boolean;
  /** Left of its provider's wait, milliseconds. */
  restMs: number;
  day: DayUse;
  /** What its provider takes in 24 hours; null: it does not say. */
  perDay: number | null;
}

/** Where a mail is, and was before it went another way. */
export interface RoutedMail {
  mailboxId: string;
  reroutedFrom: string | null;
  /** Its device's mailbox by now, where the mail's own was disconnected. */
  replacedBy?: string | null;
  fallbackMailboxId: string | null;
}

/**
 * By which mailbox a mail may go instead of its own: the one that its device was given for one that was disconnected, the one that its owner named for it, or, once it went there, back home. Null: it has been at both, or there is none. So a mail
 * moves twice at most, whatever becomes of its mailboxes.
 */
export function rerouteTarget({
  mailboxId,
  reroutedFrom,
  replacedBy = null,
  fallbackMailboxId,
}: RoutedMail): string | null {
  const target = reroutedFrom ?? replacedBy ?? fallbackMailboxId;
  return target === mailboxId ? null : target;
}

/** What keeps a mailbox from sending mail of that urgency; null: nothing that is worth another way. */
export function blockOf({ canSend, restMs, day, perDay }: MailboxRoom, isUrgent: boolean): RerouteReason | null {
  if (!canSend) return 'closed';
  if (perDay !== null && sentOf(day) >= shareOfDay(perDay, isUrgent)) return 'day';
  return restMs >= LONG_REST_MS ? 'rest' : null;
}

/** Why mail of `own` leaves by `other`, and how many mails `other` has room for, `waiting` being those that are to leave by it already. Null: it stays. */
export function decideReroute(
  own: MailboxRoom,
  other: MailboxRoom & { waiting: number },
  isUrgent: boolean,
): { reason: RerouteReason; room: number } | null {
  const reason = blockOf(own, isUrgent);
  if (reason === null || blockOf(other, isUrgent) !== null) return null;
  if (other.perDay === null) return { reason, room: Number.POSITIVE_INFINITY };
  const room = shareOfDay(other.perDay, isUrgent) - sentOf(other.day) - other.waiting;
  return room > 0 ? { reason, room } : null;
}

const sentOf = (day: DayUse): number => day.hours.reduce((sum, sent) => sum + sent, 0);

/** Sends of a day from which on a look is worth it, whatever the account: `perDay` is the smallest limit of all. */
export const leastForReroute = (perDay: number): number => shareOfDay(perDay, false);
