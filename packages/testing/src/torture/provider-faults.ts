import { setTimeout as sleep } from 'node:timers/promises';
import { sandboxClient } from '../dashboard-client.ts';
import type { FleetMember } from '../durability/fleet.ts';
import { seededRandom, shuffled } from './random.ts';

/** What the sandbox's knobs take. */
type SandboxFault = Record<string, unknown>;

/** The ways in which providers misbehave: none of them may lose a mail, and only those behind the first byte may double one. */
const MISBEHAVIOURS: SandboxFault[] = [
  { call: 'send', status: 503 },
  { call: 'send', provider: 'microsoft', preset: 'TooManyRequests', headers: { 'retry-after': '1' } },
  { call: 'send', provider: 'google', preset: 'backendError' },
  { call: 'send', after: 'accepting', status: 504 },
  { call: 'send', after: 'accepting', drop: true },
  { call: 'send', status: 502 },
  { call: 'send', drop: true },
  { call: 'send', delayMs: 1500 },
  // Longer than the send's deadline.
  { call: 'send', after: 'accepting', delayMs: 20_000, status: 504 },
  { call: 'refresh', status: 503 },
];
/** The plan is spread over the run in that many portions. */
const PORTIONS = 12;
const LOOK_EVERY_MS = 100;

/**
 * Lets every kind of fault meet the run `timesEach` times, spread by the seed, and some mailboxes' access tokens expire: each one's once, since a
 * token that is refused twice in a row, the second time fresh, rightly closes its mailbox.
 */
export async function misbehave(
  run: { seed: number; timesEach: number; sandboxUrl: string; fleet: FleetMember[] },
  tools: { progress(): number; isOver(): boolean },
): Promise<void> {
  const random = seededRandom(run.seed ^ 0x5eed);
  const sandbox = sandboxClient(run.sandboxUrl);
  const faults = MISBEHAVIOURS.flatMap((fault) =>
    Array.from({ length: run.timesEach }, () => ({ fault, portion: Math.floor(random() * PORTIONS) })),
  );
  const members = shuffled(run.fleet, random);
  for (let portion = 0; portion < PORTIONS; portion++) {
    while (tools.progress() < portion / PORTIONS && !tools.isOver()) await sleep(LOOK_EVERY_MS);
    if (tools.isOver()) return;
    const member = members.pop();
    const change = {
      faults: faults.filter((entry) => entry.portion === portion).map(({ fault }) => fault),
      ...(member ? { happen: [{ provider: member.provider, account: member.address, event: 'tokens_expired' }] } : {}),
    };
    // The providers' stand-in is away while everything is started again.
    const isTold = () =>
      sandbox.knobs(change).then(
        () => true,
        () => false,
      );
    while (!(await isTold()) && !tools.isOver()) await sleep(LOOK_EVERY_MS);
  }
}
