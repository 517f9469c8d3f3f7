import { setTimeout as sleep } from 'node:timers/promises';
import { auditMail, type MailAudit } from '../durability/audit-mail.ts';
import { childProcesses } from '../durability/child-processes.ts';
import { makeFleet } from '../durability/fleet.ts';
import { MailLedger } from '../durability/mail-ledger.ts';
import { openOwner } from '../durability/message-facts.ts';
import { countMessages, settle } from '../durability/settle.ts';
import { SHORT_TIMES } from '../durability/short-times.ts';
import { useRedis } from '../redis/use-redis.ts';
import { type StartOptions, startHikyaku } from '../start-hikyaku.ts';
import { blowDealer } from './deal-blow.ts';
import { watchMemory } from './memory-watch.ts';
import { misbehave } from './provider-faults.ts';
import { sendFleet } from './send-fleet.ts';
import { strikePlan } from './strike-plan.ts';
import { planTorture, type TortureSize } from './torture-plan.ts';

export interface TortureOptions extends TortureSize {
  seed: number;
  backend: 'postgres' | 'redis';
  tenants: number;
  /** How often each kind of a provider's misbehaviour happens. */
  faultsEach: number;
  say?(text: string): void;
}

export interface TortureReport extends MailAudit {
  kills: Record<string, number>;
  /** Largest resident size that a life of edge and worker had, MB. */
  peakMb: Record<string, number>;
  seconds: number;
}

const LOOK_EVERY_MS = 250;
const SAY_EVERY_ROUNDS = 20;
/** For hangs: the last lease, its doubt and a machine at twenty times its load are over long before. */
const SETTLE_WITHIN_MS = 300_000;
/** Of everything, with the blows that meet it, on a machine at twenty times its load. */
const START_WITHIN_MS = 300_000;
/** A device that finds everything stopped tries for longer. */
const ACCEPT_WITHIN_MS = 2 * START_WITHIN_MS;

/**
 * The whole product under a seed's load and kills until everything is delivered, then the audit: `problems` is empty when every promise was
 * kept. @throws Error when it does not settle
 */
export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  const say = (text: string): void => options.say?.(`${String(seconds()).padStart(4)} s  ${text}`);
  const plan = planTorture(options.seed, options);
  await using stack = new AsyncDisposableStack();
  const redis = options.backend === 'redis' ? await useRedis() : undefined;
  if (redis) stack.defer(redis.close);
  const start: StartOptions = {
    env: {
      ...SHORT_TIMES,
      HIKYAKU_EDGE_PROCESSES: '2',
      HIKYAKU_FAILED_CONTENT_MS: '2000',
      ...(redis ? { REDIS_URL: redis.url } : {}),
    },
    // For mails that ask for a fault.
    faultPoints: true,
  };
  let hikyaku = await startHikyaku(start);
  const { dataDir, ports } = hikyaku;
  let isWell = false;
  stack.defer(async () => {
    await hikyaku.stop({ keepData: !isWell });
    if (!isWell) say(`left for a look: ${dataDir}`);
  });
  const owner = await openOwner(hikyaku);
  stack.defer(owner.close);
  const fleet = await makeFleet(hikyaku, options);
  say(`${fleet.length} mailboxes are connected`);

  const processes = childProcesses(hikyaku);
  const memory = watchMemory(processes, ['edge', 'worker']);
  stack.defer(() => void memory.stop());
  const ledger = new MailLedger(hikyaku.smtp.smtps);
  let isOver = false;
  let ended = 0;
  const accepted = (): number => ledger.count('accepted');
  const course = { progress: () => (accepted() + ended) / (2 * plan.mails.length), isOver: () => isOver };
  const watch = async (): Promise<void> => {
    for (let round = 0; !isOver; round++) {
      ended = (await countMessages(owner))?.ended ?? ended;
      if (round % SAY_EVERY_ROUNDS === 0) say(`${accepted()} accepted, ${ended} ended`);
      await sleep(LOOK_EVERY_MS);
    }
  };
  const blows = blowDealer({
    processes,
    crashRedis: async () => {
      await redis?.stop();
      await redis?.start();
    },
    startAgain: async (signal, onTry) => {
      await hikyaku.stop({ signal, keepData: true });
      const end = Date.now() + START_WITHIN_MS;
      for (;;) {
        onTry();
        try {
          hikyaku = await startHikyaku({ ...start, dataDir, ports });
          return say('all is up again');
        } catch (error) {
          // A blow may have met the start.
          if (Date.now() > end) throw error;
          const words = (error as Error).message.trim().split('\n');
          say(`it did not start: ${words[0]} ${words.at(-1)}`);
        }
      }
    },
  });
  const work = async (): Promise<void> => {
    await sendFleet(plan, fleet, ledger, ACCEPT_WITHIN_MS);
    say('every mail has its 250');
    await settle(hikyaku, owner, accepted(), SETTLE_WITHIN_MS);
  };
  const faults = { seed: options.seed, timesEach: options.faultsEach, sandboxUrl: hikyaku.sandboxUrl, fleet };
  const [kills] = await Promise.all([
    strikePlan(plan, { ...course, strike: blows.strike, say }),
    misbehave(faults, course),
    watch(),
    work().finally(() => {
      isOver = true;
    }),
  ]);
  await blows.settled();
  // The last kills may have come after everything was delivered.
  await settle(hikyaku, owner, accepted(), SETTLE_WITHIN_MS);
  say('all is settled');
  const peakMb = memory.stop();
  const audit = await auditMail({ ledger, fleet, sandboxUrl: hikyaku.sandboxUrl, owner });
  isWell = audit.problems.length === 0;
  return { ...audit, kills, peakMb, seconds: seconds() };
}
