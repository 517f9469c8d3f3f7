import { within } from '@hikyaku/core';
import type { ClaimedMessage } from '@hikyaku/db';
import type { HeardArrivals } from './hear-arrivals.ts';

/** Sends one claimed message and writes what became of it. Never throws. */
export type SendMessage = (message: ClaimedMessage) => Promise<void>;

interface Claim {
  messages: ClaimedMessage[];
  isPlain: boolean;
}

export interface SendingTools {
  /** Null: the turn is not ours any more. */
  claim(limit: number, mayBePlain: boolean): Promise<Claim | null>;
  send: SendMessage;
  heard: HeardArrivals;
  /** Sends of the account at once. */
  inFlightMax: number;
  mayClaim(): boolean;
  /** Whether the turn may keep its place for mail that is still to come. */
  mayStay(): boolean;
  /** Claims go on until then, by `now`, in milliseconds. */
  sliceEnd: number;
  now(): number;
  onClaimed(messages: ClaimedMessage[]): void;
  onClaimFailed(error: unknown): void;
}

/** Sends begun in the slice that run that long beyond it are stragglers: the account's other mail goes on beside them. */
const STRAGGLER_MS = 2_000;
/**
 * Claims of an account are that far apart while sends are under way, and fill half of its places or more: the statement costs the same for one
 * mail and for four. Where the rest are slow, a free place waits that long at most.
 */
const CLAIM_REST_MS = 20;
const CLAIM_REST_MOST_MS = 100;
/** With nothing to claim while sends are under way, new mail is heard of; it is looked for that often all the same: a due time has no sound, and a connection may be lost. */
const LOOK_AGAIN_MS = 1_000;
/**
 * An account into which mail streams, so that a second claim of one turn found some: its claims are that far apart, and bring, beyond what places are free for, what can leave by
 * the next one, so that nothing urgent comes to wait longer than that behind what was claimed.
 */
const STREAM_REST_MS = 80;
/** Claimed ahead at most: what a worker that dies leaves to the end of its lease. */
const AHEAD_MOST = 8;
/** A stream's turn waits that long for the next mail: to end a turn and to begin one costs more than a mail does. */
const STAY_MS = 100;

/**
 * Claims and sends mail of one account, as much as is due and allowed, until nothing more is, or the slice is over and what was claimed is sent. `isUnsure`: a claim had no answer,
 * and may have been committed all the same.
 */
export async function sendWhileAllowed(tools: SendingTools): Promise<{ sent: number; isUnsure: boolean }> {
  const { heard, inFlightMax, sliceEnd } = tools;
  const inFlight = new Map<Promise<void>, number>();
  let ready: ClaimedMessage[] = [];
  let sent = 0;
  let lookAgainAt = 0;
  let restUntil = 0;
  let mayClaim = true;
  let isUnsure = false;
  let mayBePlain = true;
  let claimsWithMail = 0;
  let sendMs: number | null = null;

  const isStream = (): boolean => claimsWithMail > 1;
  /** What will have found a place by the next claim. */
  const ahead = (): number =>
    isStream() && sendMs !== null
      ? Math.min(AHEAD_MOST, Math.floor((STREAM_REST_MS / Math.max(1, sendMs)) * inFlightMax))
      : 0;

  const begin = (message: ClaimedMessage): void => {
    const begun = tools.now();
    const sending: Promise<void> = tools.send(message).finally(() => {
      inFlight.delete(sending);
      const ms = tools.now() - begun;
      sendMs = sendMs === null ? ms : (3 * sendMs + ms) / 4;
    });
    inFlight.set(sending, begun);
  };

  const claim = async (limit: number): Promise<void> => {
    const claimed = await tools.claim(limit, mayBePlain).catch((error: unknown) => {
      // It may have been committed all the same. What is under way is brought to its end first.
      tools.onClaimFailed(error);
      isUnsure = true;
      return null;
    });
    if (!claimed) {
      mayClaim = false;
      return;
    }
    const { messages } = claimed;
    const now = tools.now();
    mayBePlain &&= claimed.isPlain;
    // A stream that brought nothing has run dry, or out of its allowance.
    claimsWithMail = messages.length > 0 ? claimsWithMail + 1 : 0;
    const isAll = messages.length < limit;
    if (isAll) lookAgainAt = now + LOOK_AGAIN_MS;
    if (isAll && isStream()) restUntil = now + STREAM_REST_MS;
    else if (!isAll) restUntil = now + CLAIM_REST_MS;
    tools.onClaimed(messages);
    sent += messages.length;
    ready = messages;
  };

  for (;;) {
    const now = tools.now();
    if (heard.take()) lookAgainAt = 0;
    const hasStraggler = now > sliceEnd + STRAGGLER_MS && [...inFlight.values()].some((begun) => begun < sliceEnd);
    mayClaim &&= tools.mayClaim();
    const free = inFlightMax - inFlight.size;
    const isIdle = inFlight.size === 0 && ready.length === 0;
    const isHalfFree = free >= inFlightMax / 2 || now >= restUntil + CLAIM_REST_MOST_MS - CLAIM_REST_MS;
    const isRested = now >= restUntil ? isIdle || isHalfFree : isIdle && !isStream();
    const isInTime = now < sliceEnd || hasStraggler;
    if (mayClaim && ready.length === 0 && free > 0 && isRested && isInTime && now >= lookAgainAt) {
      await claim(free + ahead());
    }
    while (ready.length > 0 && inFlight.size < inFlightMax) begin(ready.shift()!);
    if (inFlight.size > 0) {
      await firstOf([...inFlight.keys(), heard.next()], isRested ? LOOK_AGAIN_MS : CLAIM_REST_MS);
      continue;
    }
    const mayGoOn = isStream() && mayClaim && tools.mayStay() && tools.now() < sliceEnd;
    if (!mayGoOn) return { sent, isUnsure };
    if (lookAgainAt > tools.now()) {
      await firstOf([heard.next()], STAY_MS);
      if (!heard.take()) return { sent, isUnsure };
      lookAgainAt = 0;
    }
    await firstOf([], restUntil - tools.now());
  }
}

async function firstOf(work: Promise<void>[], ms: number): Promise<void> {
  if (ms > 0) await within(Promise.race(work), ms, () => {});
}
