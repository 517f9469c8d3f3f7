import { seededRandom, shuffled } from './random.ts';

export type Victim = 'edge' | 'worker' | 'postgres' | 'redis' | 'all';

/** `kill`: SIGKILL. `stop`: an orderly end, as an operator asks for it; of `all` followed by a start. `renew`: SIGHUP. `pause`: SIGSTOP, often for longer than a lease. */
export type Blow = 'kill' | 'stop' | 'renew' | 'pause';

/** Mails that break their reader, by what they do to it. */
export type MailFault = 'crash' | 'exit' | 'loop';
const FAULTS: readonly MailFault[] = ['crash', 'exit', 'loop'];

export interface TorturePlan {
  seed: number;
  mails: { mailbox: number; sizeBytes: number; fault: MailFault | null }[];
  /** In the order of `at`: the share of accepting and delivering that is done when it happens, so that a slow machine meets the same plan. */
  kills: Strike[];
}

export interface Strike {
  at: number;
  waitMs: number;
  victim: Victim;
  how: Blow;
  /** Of a pause. */
  pauseMs: number;
}

export interface TortureSize {
  mails: number;
  mailboxes: number;
  kills: Partial<Record<Victim, number>>;
  /** Blows of other kinds than a kill, each kind by turns; a third of them at the same moment as the one before. Default 0. */
  upsets?: number;
}

const SMALLEST = 1024;
/** Graph takes 3,145,728 bytes of MIME; our header comes on top. */
const LARGEST = 3_000_000;
/** Most mails are small, a few are large: half are below 10 KB, a tenth above 700 KB. */
const SKEW = 1.8;
const LONGEST_WAIT_MS = 400;
/** Of everything that runs, no kind of blow is without its promise. */
const UPSETS: readonly [Victim, Blow][] = [
  ['edge', 'stop'],
  ['worker', 'pause'],
  ['all', 'stop'],
  ['edge', 'pause'],
  ['postgres', 'stop'],
  ['edge', 'renew'],
  ['postgres', 'pause'],
  ['worker', 'stop'],
  ['all', 'kill'],
];
/** Leases of the run end after ten seconds. */
const PAUSE_MS = { least: 2_000, most: 16_000 };
/** One mail in so many is poison: enough for several of each kind, and little beside the others. */
const POISON_EVERY = 40;

/** Everything that a run leaves to chance, from its seed. */
export function planTorture(seed: number, size: TortureSize): TorturePlan {
  const random = seededRandom(seed);
  const mails = Array.from({ length: size.mails }, (_, index) => {
    // The extremes come in every plan.
    const sizeBytes = index === 0 ? LARGEST : index === 1 ? SMALLEST : sizeOf(random());
    const isPoison = index % POISON_EVERY === POISON_EVERY - 1;
    const fault = isPoison ? FAULTS[Math.floor(index / POISON_EVERY) % FAULTS.length]! : null;
    return { mailbox: Math.floor(random() * size.mailboxes), sizeBytes, fault };
  });
  const victims = Object.entries(size.kills).flatMap(([victim, count]) => Array<Victim>(count).fill(victim as Victim));
  const when = () => ({ at: 0.02 + 0.95 * random(), waitMs: Math.floor(random() * LONGEST_WAIT_MS) });
  const kills = shuffled(victims, random).map((victim): Strike => ({ victim, how: 'kill', pauseMs: 0, ...when() }));
  const inOrder = shuffled(mails, random);
  const strikes = [...kills, ...planUpsets(size.upsets ?? 0, random, when)].sort((a, b) => a.at - b.at);
  return { seed, mails: inOrder, kills: strikes };
}

function planUpsets(count: number, random: () => number, when: () => { at: number; waitMs: number }): Strike[] {
  const upsets: Strike[] = [];
  for (let index = 0; index < count; index++) {
    const [victim, how] = UPSETS[index % UPSETS.length]!;
    const last = upsets.at(-1);
    const isTogether = last !== undefined && random() < 1 / 3;
    const pauseMs = how === 'pause' ? Math.floor(PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least)) : 0;
    upsets.push({ victim, how, pauseMs, ...(isTogether ? { at: last.at, waitMs: 0 } : when()) });
  }
  return upsets;
}

/** Of a mail, from a random number between 0 and 1. */
export const sizeOf = (share: number): number => Math.round(SMALLEST * (LARGEST / SMALLEST) ** (share ** SKEW));
