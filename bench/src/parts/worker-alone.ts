import { type Core, LOAD_CORE, moveToCore, SERVER_CORE } from '../machine/cores.ts';
import { cpuMsOf, peakRssOf } from '../machine/process-tree.ts';
import { figure, megabytes } from '../report/table.ts';
import type { WholeRelay } from '../servers/whole-relay.ts';

/** Enough that starting again is lost in it. */
const LEAST_MAILS = 1_000;

/**
 * The worker by itself on a core: mail is accepted while it stands still, then everything else goes to the other core, and what leaves in a second is
 * counted. `accept`: answers how many mails came; `sentBefore`: those sent before.
 */
export async function measureWorkerAlone(
  relay: WholeRelay,
  accept: () => Promise<number>,
  sentBefore: number,
): Promise<Record<string, string | number>> {
  const { worker, ...others } = relay.pids;
  process.kill(worker!, 'SIGSTOP');
  let accepted = 0;
  try {
    while (accepted < LEAST_MAILS) accepted += await accept();
    move(others, LOAD_CORE);
    moveToCore(SERVER_CORE, worker!);
  } finally {
    process.kill(worker!, 'SIGCONT');
  }
  const cpuBefore = cpuMsOf([worker!]);
  const startedAt = performance.now();
  await relay.waitUntilSent(sentBefore + accepted);
  const elapsedMs = performance.now() - startedAt;
  const row = {
    mails: accepted,
    'mails/s': figure((accepted / elapsedMs) * 1000),
    'CPU ms/mail': figure((cpuMsOf([worker!]) - cpuBefore) / accepted),
    'worker’s peak': megabytes(peakRssOf(worker!)),
  };
  move(others, SERVER_CORE);
  return row;
}

/** The supervisor's tree holds the worker too, which is moved again by itself. */
function move(roots: Record<string, number>, core: Core): void {
  for (const pid of Object.values(roots)) moveToCore(core, pid);
}
