import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildProcesses } from '../durability/child-processes.ts';
import type { Blow, Strike } from './torture-plan.ts';

interface Dealt {
  processes: ChildProcesses;
  /** A crash of the Redis of the run, and its next life; does nothing where there is none. */
  crashRedis(): Promise<void>;
  /** Everything by one signal to its supervisor, then a start on the same folder, `onTry` before each try of it; resolves when all serve again. */
  startAgain(signal: 'SIGTERM' | 'SIGKILL', onTry: () => void): Promise<void>;
}

const SIGNALS: Record<Exclude<Blow, 'pause'>, NodeJS.Signals> = { kill: 'SIGKILL', stop: 'SIGTERM', renew: 'SIGHUP' };
/** One blow in so many to the edge meets the parent and with it all processes behind the doors; the others a single one of them. */
const PARENT_EVERY = 5;

/** Deals the blows of a run. `strike` does not wait for what follows a blow, so that the next one may meet it. */
export function blowDealer({ processes, crashRedis, startAgain }: Dealt): {
  strike(strike: Strike): Promise<void>;
  /** Resolves when everything that was paused goes on and everything that was stopped is up again. @throws Error when it does not start */
  settled(): Promise<void>;
} {
  const pending = new Set<Promise<void>>();
  let restarting: Promise<void> | undefined;
  let edgeBlows = 0;
  let stopsOfAll = 0;
  /** A blow has met the present try of a start. */
  let isMet = false;

  const after = (work: Promise<void>): void => {
    const tracked = work.then(() => void pending.delete(tracked));
    // Told by `settled`.
    tracked.catch(() => {});
    pending.add(tracked);
  };
  /** Whoever was met in the last moment of its start has ended, or will. */
  const startUnmet = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    do
      await startAgain(signal, () => {
        isMet = false;
      });
    while (isMet);
  };
  /** Ids that a blow meets: the edge's one by one, Postgres's server with its backends where it is paused. */
  const targetsOf = async ({ victim, how }: Strike): Promise<number[]> => {
    if (victim === 'edge' && how !== 'renew' && ++edgeBlows % PARENT_EVERY !== 0) {
      const behind = processes.behindDoors();
      const one = behind[edgeBlows % Math.max(1, behind.length)];
      if (one !== undefined) return [one];
    }
    const pid = await processes.up(victim as 'edge' | 'worker' | 'postgres');
    return how === 'pause' ? [pid, ...processes.below(pid)] : [pid];
  };

  return {
    async strike(strike) {
      const { victim, how, pauseMs } = strike;
      if (victim === 'redis') return crashRedis();
      if (victim === 'all') {
        const signal = how === 'kill' ? 'SIGKILL' : 'SIGTERM';
        const starting = restarting && processes.supervisor();
        // It meets the start that the blow before it led to.
        if (starting !== undefined) {
          isMet = true;
          return signalAll([starting], signal);
        }
        await restarting;
        // Every second time as a service manager does it: the one signal to every process of the group, Postgres's too.
        const supervisor = processes.supervisor();
        if (how === 'stop' && ++stopsOfAll % 2 === 0 && supervisor) signalAll(processes.below(supervisor), 'SIGTERM');
        restarting = startUnmet(signal).finally(() => {
          restarting = undefined;
        });
        return after(restarting);
      }
      const pids = await targetsOf(strike);
      if (how !== 'pause') return signalAll(pids, SIGNALS[how]);
      signalAll(pids, 'SIGSTOP');
      after(sleep(pauseMs).then(() => signalAll(pids, 'SIGCONT')));
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function signalAll(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended in between.
    }
  }
}
