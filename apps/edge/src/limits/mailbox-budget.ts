import { type Clock, limitsOf, type PlanLimits, RelayError } from '@hikyaku/core';
import type { Backlog } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

/** What is accepted between two looks comes on top of the budget. */
const LOOK_EVERY_MS = 1000;
/** Looking takes at most a twentieth of the time, however much waits: a full mailbox is counted row by row. */
const LOOK_SHARE = 20;
/** A database that is slow for other reasons must not end the looking. */
const LONGEST_REST_MS = 10_000;
/** Mailboxes asked about at a time: each has mail under way. */
const ASKED_AT_ONCE = 500;
/** Watched mailboxes at most; the one longest without mail goes first. */
const MAX_WATCHED = 10_000;
/** After its last mail a mailbox is watched that long: by then hand-off has it in Postgres, or Postgres is away and the journal's share counts. */
const WATCH_MS = 15_000;

export interface MailboxBudgetParts {
  plan: PlanLimits;
  /** Backlogs as Postgres knows them, counted up to so many mails, or the tenant's own number. */
  read(mailboxIds: string[], rows: number): Promise<Backlog[]>;
  clock: Clock;
  logger: Logger;
}

/** Whose mail it is. */
export interface MailPlace {
  mailboxId: string;
  tenantId: string;
}

/**
 * Refuses mail for mailboxes whose waiting mail has reached the tenant's budget, since a mailbox that nobody reconnects must not fill the spool for
 * all, and mail of tenants whose day is used up. Knows from looks in the background; while Postgres is away the last look counts. Each edge looks for itself.
 */
export class MailboxBudget {
  #parts: MailboxBudgetParts;
  /** Mailbox → whose it is, and when its last mail came. */
  #watched = new Map<string, { tenantId: string; at: number }>();
  #full = new Set<string>();
  /** As many mails as that, once more, may wait for the owner's word alone. */
  #fullOfUnconfirmed = new Set<string>();
  /** Tenants that have had the mails of their day. */
  #spent = new Set<string>();
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(parts: MailboxBudgetParts) {
    this.#parts = parts;
  }

  /** @throws RelayError `limit.waiting_mail`, `limit.mails_per_day` */
  assertRoom({ mailboxId, tenantId }: MailPlace): void {
    if (this.#spent.has(tenantId)) throw new RelayError('limit.mails_per_day', { internal: `tenant ${tenantId}` });
    if (!this.#full.has(mailboxId)) return;
    throw new RelayError('limit.waiting_mail', { internal: `mailbox ${mailboxId}` });
  }

  /** Mail to recipients that the owner has to confirm first may be kept for him. */
  hasRoomForUnconfirmed(mailboxId: string): boolean {
    return !this.#fullOfUnconfirmed.has(mailboxId);
  }

  accepted({ mailboxId, tenantId }: MailPlace): void {
    this.#watched.delete(mailboxId);
    this.#watched.set(mailboxId, { tenantId, at: this.#parts.clock.now() });
    if (this.#watched.size <= MAX_WATCHED) return;
    const longest = this.#watched.keys().next().value!;
    this.#watched.delete(longest);
    this.#full.delete(longest);
    this.#fullOfUnconfirmed.delete(longest);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, logger } = this.#parts;
    const { signal } = this.#stop;
    let restMs = LOOK_EVERY_MS;
    while (!signal.aborted) {
      await clock.sleep(restMs, signal).catch(() => {});
      if (signal.aborted) return;
      const begunAt = clock.now();
      // Postgres is away, or slow: what is known stays.
      await this.#look().catch((error: unknown) => logger.debug({ event: 'budget.look_failed', err: error }));
      restMs = Math.min(Math.max(LOOK_EVERY_MS, (clock.now() - begunAt) * LOOK_SHARE), LONGEST_REST_MS);
    }
  }

  async #look(): Promise<void> {
    const { clock, logger, plan, read } = this.#parts;
    const oldest = clock.now() - WATCH_MS;
    // A full one stays watched: a pause must not open the doors.
    for (const [mailboxId, { tenantId, at }] of this.#watched)
      if (at < oldest && !this.#isFull(mailboxId, tenantId)) this.#watched.delete(mailboxId);
    const ids = [...this.#watched.keys()];
    // Made anew, so that a tenant of whom nothing is watched any more is not refused for ever.
    const spent = new Set<string>();
    for (let from = 0; from < ids.length; from += ASKED_AT_ONCE) {
      for (const backlog of await read(ids.slice(from, from + ASKED_AT_ONCE), plan.waitingMails)) {
        const limits = limitsOf(plan, backlog.limits);
        this.#judge(backlog, limits);
        if (backlog.mailsOfDay >= limits.mailsPerDay) spent.add(backlog.tenantId);
      }
    }
    for (const tenantId of spent) if (!this.#spent.has(tenantId)) logger.warn({ event: 'budget.day_spent', tenantId });
    this.#spent = spent;
  }

  #isFull(mailboxId: string, tenantId: string): boolean {
    return this.#full.has(mailboxId) || this.#fullOfUnconfirmed.has(mailboxId) || this.#spent.has(tenantId);
  }

  #judge(backlog: Backlog, { waitingMails, waitingBytes }: PlanLimits): void {
    const { mailboxId, mails, bytes, unconfirmedMails, unconfirmedBytes } = backlog;
    if (unconfirmedMails >= waitingMails || unconfirmedBytes >= waitingBytes) this.#fullOfUnconfirmed.add(mailboxId);
    else this.#fullOfUnconfirmed.delete(mailboxId);
    const isFull = mails >= waitingMails || bytes >= waitingBytes;
    if (isFull === this.#full.has(mailboxId)) return;
    if (isFull) this.#full.add(mailboxId);
    else this.#full.delete(mailboxId);
    this.#parts.logger[isFull ? 'warn' : 'info']({
      event: isFull ? 'budget.full' : 'budget.room_again',
      mailboxId,
      mails,
      bytes,
    });
  }
}
