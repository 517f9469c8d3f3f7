import { decideReroute, type EnvironmentName, leastForReroute } from '@hikyaku/core';
import {
  applyOwnersWords,
  destroyOverdueContent,
  findDeadSlices,
  findDeadSpoolObjects,
  findForgottenAccounts,
  findLostMessages,
  findReleasable,
  findReroutes,
  findTenantsToErase,
  forgetSlices,
  type LostMessage,
  moveStrandedNotes,
  type ReroutePair,
  releaseHeld,
  rerouteMessages,
} from '@hikyaku/db';
import type { JobQueue, TurnQueue } from '@hikyaku/queue';
import type { SpoolStore } from '@hikyaku/spool';
import type { Pace } from '@hikyaku/upstreams';
import type { TokenBox } from '@hikyaku/vault';
import { destroyObjects } from '../outcome/destroy-objects.ts';
import { endLostLeases, type LostLeaseTools } from './end-lost-leases.ts';
import { type ClockTools, lookAtClock } from './look-at-clock.ts';

export interface SweepTools extends LostLeaseTools, ClockTools {
  /** Makes digests whose time has come; answers accounts with mail due by it. */
  makeDigests(): Promise<string[]>;
  /** Folds what mailboxes hold beyond their budget. */
  foldHeld(): Promise<void>;
  queue: Pick<TurnQueue, 'wake' | 'rewake'>;
  erasures: Pick<JobQueue<'erase'>, 'add'>;
  refreshes: Pick<JobQueue<'refresh'>, 'add'>;
  /** Channels that tell alerts. */
  channels: Pick<JobQueue<'alert'>, 'add'>;
  tokenBox: Pick<TokenBox, 'seal'>;
  paceOf(accountKey: string, address: string | null): Pace;
  /** Mailboxes whose mail no other one of its owner's had room for, and until when that is not asked again; no more than a round's pairs in each round of that time. */
  withoutRoom: Map<string, number>;
  /** The smallest limit of a day that any account has. */
  leastPerDay: number;
  /** The operator can send mail of his own. */
  canMail: boolean;
  spool: SpoolStore;
  environment: EnvironmentName;
  /** Leases that ran out say something about their workers. */
  isSteady(): boolean;
  /** Mail due and unclaimed for that long has been forgotten by the queue. */
  forgottenAfterMs: number;
  now(): number;
  /** The worker ends: whoever works in shares ends after the one he is at. */
  stopping: AbortSignal;
}

/** Rows per statement: short enough for its locks to be nobody's trouble; the next sweep goes on. */
const BATCH = 200;
/** Tenants whose erasure is asked for in a round; one after the other is erased anyway. */
const ERASURES = 10;
/** Two minutes of a day's room, which comes back by the hour. */
const NO_ROOM_WAITS = 4;
/** Pages of lost leases in a round: more than all workers of a large installation hold at once. */
const LOST_PAGES = 20;

/** Answers accounts whose mail is due by it: they are woken at the end of the round, all at once. */
export type SweepStep = (tools: SweepTools) => Promise<string[]> | Promise<void>;

/** What is done every few seconds. Each step is safe beside other workers' sweepers. */
export const OFTEN: Record<string, SweepStep> = {
  /** Before all that asks for what is due. */
  clock: lookAtClock,

  async lostLeases(tools) {
    if (!tools.isSteady()) return [];
    const accounts: string[] = [];
    let last: LostMessage | undefined;
    for (let page = 0; page < LOST_PAGES; page++) {
      const lost = await findLostMessages(tools.database, BATCH, last);
      accounts.push(...(await endLostLeases(lost, tools)));
      last = lost.at(-1);
      if (lost.length < BATCH || tools.stopping.aborted) break;
    }
    return accounts;
  },

  async heldMail(tools) {
    const accounts: string[] = [];
    for (const mailboxId of await findReleasable(tools.database, tools.environment, BATCH)) {
      const released = await releaseHeld(tools.database, mailboxId);
      if (!released) continue;
      tools.logger.info({ event: 'sweep.released', mailboxId, messages: released.count });
      accounts.push(released.accountKey);
    }
    return accounts;
  },

  /** Mail whose mailbox cannot send leaves by the one that its device's owner named for that. */
  async otherWays(tools) {
    const accounts: string[] = [];
    const { withoutRoom } = tools;
    for (const [id, until] of withoutRoom) if (until <= tools.now()) withoutRoom.delete(id);
    const least = leastForReroute(tools.leastPerDay);
    const pairs = await findReroutes(tools.database, tools.environment, least, [...withoutRoom.keys()]);
    // To find that there is no room reads all that waits for it.
    for (const { own } of pairs) withoutRoom.set(own.id, tools.now() + NO_ROOM_WAITS * tools.forgottenAfterMs);
    for (const pair of pairs) {
      const withDay = <T extends ReroutePair['own']>(box: T) => {
        return { ...box, perDay: tools.paceOf(box.accountKey, box.address).day?.perDay ?? null };
      };
      const decided = decideReroute(withDay(pair.own), withDay(pair.other), pair.isUrgent);
      if (!decided) continue;
      withoutRoom.delete(pair.own.id);
      const { reason, room } = decided;
      const moved = await rerouteMessages(tools.database, tools.environment, pair, reason, Math.min(room, BATCH));
      if (moved === 0) continue;
      const { own, other } = pair;
      tools.logger.info({ event: 'sweep.rerouted', mailboxId: own.id, by: other.id, reason, messages: moved });
      accounts.push(other.accountKey);
    }
    if (accounts.length > 0) tools.tell();
    return accounts;
  },

  /** What tells of a lost mailbox does not wait for it. */
  async strandedNotes(tools) {
    const accounts = await moveStrandedNotes(tools.database, tools.environment, BATCH);
    if (accounts.length > 0) tools.tell();
    return accounts;
  },

  /** Behind the other ways: what can leave is not folded. */
  heldBudget: (tools) => tools.foldHeld(),

  /** What owners said of recipients that waited for their word. */
  async ownersWords(tools) {
    const { count, accounts } = await applyOwnersWords(tools.database, BATCH, tools.plans.failedContentMs);
    if (count > 0) {
      tools.logger.info({ event: 'sweep.words_applied', messages: count });
      tools.tell();
    }
    return accounts;
  },

  async overdueContent(tools) {
    if ((await destroyOverdueContent(tools.database, BATCH)) > 0) tools.tell();
  },

  async deadObjects(tools) {
    const dead = await findDeadSpoolObjects(tools.database, BATCH);
    if (dead.length === 0) return;
    await destroyObjects(dead, tools);
    tools.metrics.swept.inc({ kind: 'object' }, dead.length);
  },

  /** Packs whose other mails go on waiting. Not at once: most packs are gone within seconds as a whole. */
  async deadSlices(tools) {
    const slices = await findDeadSlices(tools.database, tools.forgottenAfterMs, BATCH);
    for (const [object, dead] of Map.groupBy(slices, (slice) => slice.object)) await tools.spool.erase(object, dead);
    if (slices.length === 0) return;
    await forgetSlices(
      tools.database,
      slices.map(({ id }) => id),
    );
    tools.metrics.swept.inc({ kind: 'slice' }, slices.length);
  },

  /** Asked of Postgres each time, so that a queue that lost everything gets it back. Here, since who deleted all watches it go. */
  async erasures(tools) {
    for (const tenantId of await findTenantsToErase(tools.database, ERASURES)) {
      await tools.erasures.add({ tenantId }, { id: tenantId });
    }
  },

  /** The net under the queue: asks Postgres only, so that an empty or half-lost store is noticed. */
  async forgottenMail(tools) {
    const forgotten = await findForgottenAccounts(tools.database, tools.forgottenAfterMs, 10 * BATCH);
    const stuck = forgotten.filter(({ isStuck }) => isStuck).map(({ accountKey }) => accountKey);
    const late = forgotten.filter(({ isStuck }) => !isStuck).map(({ accountKey }) => accountKey);
    if (forgotten.length > 0) {
      tools.metrics.swept.inc({ kind: 'woken' }, forgotten.length);
      tools.logger.info({ event: 'sweep.woken', accounts: forgotten.length, stuck: stuck.length });
    }
    if (stuck.length > 0) await tools.queue.rewake(stuck);
    return late;
  },
};

/**
 * Runs steps one after the other; a step that fails is logged and does not keep the others from running. The queue is asked last: each question
 * to a store that is away costs its whole deadline, and lost leases, held mail and content must not wait for it.
 */
export async function runSteps(steps: Record<string, SweepStep>, tools: SweepTools): Promise<void> {
  const accounts = new Set<string>();
  const attempt = async (name: string, step: SweepStep): Promise<void> => {
    try {
      for (const account of (await step(tools)) ?? []) accounts.add(account);
    } catch (error) {
      tools.logger.warn({ event: 'sweep.failed', step: name, err: error });
    }
  };
  for (const [name, step] of Object.entries(steps)) if (!tools.stopping.aborted) await attempt(name, step);
  if (accounts.size > 0) await attempt('wake', () => tools.queue.wake([...accounts]));
}
