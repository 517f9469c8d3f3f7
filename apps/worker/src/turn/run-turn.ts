import { type DayUse, dayWaitMs, type EnvironmentName, TOKENS_AT_ONCE } from '@hikyaku/core';
import {
  type AccountMailbox,
  claimDueMessages,
  type Database,
  endTurn,
  hasUrgentMail,
  holdStranded,
  renewTurn,
  type TakenTurn,
  takeTurn,
  viewAccount,
} from '@hikyaku/db';
import type { TurnAnswer } from '@hikyaku/queue';
import type { Logger } from '@hikyaku/telemetry';
import type { Pace } from '@hikyaku/upstreams';
import type { WorkerMetrics } from '../metrics.ts';
import type { Tell } from '../tell.ts';
import { openDeviceRound } from './device-round.ts';
import type { Arrivals } from './hear-arrivals.ts';
import { isOutOfSends, nextTurn } from './next-turn.ts';
import type { Places } from './places.ts';
import { type SendMessage, sendWhileAllowed } from './send-while-allowed.ts';

export interface TurnLimits {
  /** A turn that was not renewed for that long is over; its worker is taken for dead. */
  turnLeaseMs: number;
  /** Claims go on for that long, then the account goes to the tail. */
  sliceMs: number;
  /** A message belongs to its claim that long. */
  leaseMs: number;
}

export interface TurnTools {
  database: Database;
  environment: EnvironmentName;
  limits: TurnLimits;
  places: Places;
  arrivals: Pick<Arrivals, 'of'>;
  /** `address`: of one of its mailboxes; null without any. */
  paceOf(accountKey: string, address: string | null): Pace;
  /** Most recipients of one send of the account. */
  maxRecipientsOf(accountKey: string): number;
  /** A sender for the mailboxes of one account, for one turn. */
  senderFor(accountKey: string, mailboxes: AccountMailbox[]): SendMessage;
  /** Puts back what was claimed and never brought to its commit point, by an earlier turn of the account that did not end or by a claim without an answer. */
  putBackUncommitted(accountKey: string): Promise<void>;
  tell: Tell;
  metrics: WorkerMetrics;
  logger: Logger;
  /** Aborted when the worker stops: no further claims. */
  stopping: AbortSignal;
  now(): number;
}

/** Runs turns: one provider account, its due mail within its allowance, for a few seconds. Answers when it wants the next one. */
export function createTurnRunner(tools: TurnTools): (accountKey: string) => Promise<TurnAnswer> {
  const { database, limits, metrics } = tools;

  return async (accountKey) => {
    if (tools.stopping.aborted) return { againInMs: 0 };
    const view = await viewAccount(database, accountKey);
    if (view.dueInMs === null) return null;
    const pace = tools.paceOf(accountKey, view.mailboxes[0]?.address ?? null);
    const notYetMs = Math.ceil(Math.max(view.dueInMs, view.restMs, await dayRestMs(accountKey, pace, view.day)));
    if (notYetMs > 0) return { againInMs: notYetMs };

    const place = await tools.places.enter([...new Set(view.mailboxes.map(({ tenantId }) => tenantId))]);
    if ('againInMs' in place) return place;
    const endTimer = metrics.turnSeconds.startTimer();
    try {
      const turn = await takeTurn(database, accountKey, limits.turnLeaseMs);
      // Two turns of one account meet only after a crash or a flushed queue; the other one's lease tells when to look again.
      if ('busyForMs' in turn) return { againInMs: Math.min(Math.ceil(turn.busyForMs) + 50, limits.turnLeaseMs) };
      if (turn.isTakenOver) await tools.putBackUncommitted(accountKey);
      return await work(accountKey, turn, pace, view.mailboxes);
    } finally {
      endTimer();
      place.leave();
    }
  };

  /** Until the account's day has room for what is due: asked for urgent mail only where there is none for the rest. */
  async function dayRestMs(accountKey: string, { day }: Pace, use: DayUse): Promise<number> {
    if (!day) return 0;
    const ordinaryMs = dayWaitMs(use, day.perDay, 0, false);
    if (ordinaryMs === 0) return 0;
    return (await hasUrgentMail(database, accountKey)) ? dayWaitMs(use, day.perDay, 0, true) : ordinaryMs;
  }

  async function work(
    accountKey: string,
    { token, roundDevices }: TakenTurn,
    pace: Pace,
    mailboxes: AccountMailbox[],
  ): Promise<TurnAnswer> {
    const round = openDeviceRound(roundDevices);
    const send = tools.senderFor(accountKey, mailboxes);
    const sliceEnd = tools.now() + limits.sliceMs;
    let isOurs = true;
    const renewal = setInterval(() => {
      renewTurn(database, accountKey, token, limits.turnLeaseMs).then(
        (kept) => {
          isOurs &&= kept;
        },
        () => {}, // Postgres is away: the claim statement checks the lease itself.
      );
    }, limits.turnLeaseMs / 3);
    const heard = tools.arrivals.of(accountKey);
    let sent = 0;
    try {
      if (mailboxes.some((mailbox) => !isUsable(mailbox)) || mailboxes.length === 0) await holdMail(accountKey);
      for (;;) {
        const { sent: more, isUnsure } = await sendWhileAllowed({
          claim: (limit, mayBePlain) =>
            claimDueMessages(database, {
              accountKey,
              turnToken: token,
              turnLeaseMs: limits.turnLeaseMs,
              limit,
              leaseMs: limits.leaseMs,
              allowance: pace,
              environment: tools.environment,
              served: round.served,
              maxRecipients: tools.maxRecipientsOf(accountKey),
              mayBePlain,
            }),
          send,
          heard,
          inFlightMax: pace.inFlight,
          mayClaim: () => isOurs && !tools.stopping.aborted,
          mayStay: () => !tools.places.areScarce(),
          sliceEnd,
          now: tools.now,
          onClaimed: (messages) => {
            round.took(messages.map(({ deviceId }) => deviceId));
            metrics.claims.inc(messages.length);
          },
          onClaimFailed: (error) => tools.logger.warn({ event: 'turn.claim_failed', err: error }),
        });
        sent += more;
        // Nothing of ours is under way: what is claimed without a mark is what an unanswered claim left.
        if (isUnsure && (await renewTurn(database, accountKey, token, limits.turnLeaseMs))) {
          await tools.putBackUncommitted(accountKey);
        }
        if (sent === 0) await holdMail(accountKey);
        const mayGoOn = more > 0 && !isUnsure && isOurs && !tools.stopping.aborted && tools.now() < sliceEnd;
        const turn = { accountKey, token, allowance: pace, countTo: TOKENS_AT_ONCE, mayGoOn };
        const rest = await endTurn(database, { ...turn, roundDevices: round.devices() });
        if (!rest.isEnded && mayGoOn) continue;
        const isUrgent = isOutOfSends(rest) && (await hasUrgentMail(database, accountKey));
        return nextTurn(rest, pace, { hasSent: sent > 0, isUrgent });
      }
    } finally {
      heard.end();
      clearInterval(renewal);
    }
  }

  async function holdMail(accountKey: string): Promise<void> {
    if ((await holdStranded(database, accountKey, tools.environment)) > 0) tools.tell();
  }

  function isUsable(mailbox: AccountMailbox): boolean {
    return mailbox.state === 'active' && !mailbox.isDeleted && mailbox.environment === tools.environment;
  }
}
