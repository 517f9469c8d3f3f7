import { seededRandom, shuffled } from './random.ts';

export type Victim = 'edge' | 'worker' | 'postgres' | 'redis';

/** Mails that break their reader, by what they do to it. */
export type MailFault = 'crash' | 'exit' | 'loop';
const FAULTS: readonly MailFault[] = ['crash', 'exit', 'loop'];

export interface TorturePlan {
  seed: number;
  mails: { mailbox: number; sizeBytes: number; fault: MailFault | null }[];
  /** In the order of `at`: the share of accepting and delivering that is done when it happens, so that a slow machine meets the same plan. */
  kills: { at: number; waitMs: number; victim: Victim }[];
}

export interface TortureSize {
  mails: number;
  mailboxes: number;
  kills: Partial<Record<Victim, number>>;
}

const SMALLEST = 1024;
/** Graph takes 3,145,728 bytes of MIME; our header comes on top. */
const LARGEST = 3_000_000;
/** Most mails are small, a few are large: half are below 10 KB, a tenth above 700 KB. */
const SKEW = 1.8;
const LONGEST_WAIT_MS = 400;
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
  const kills = shuffled(victims, random)
    .map((victim) => ({ victim, at: 0.02 + 0.95 * random(), waitMs: Math.floor(random() * LONGEST_WAIT_MS) }))
    .sort((a, b) => a.at - b.at);
  return { seed, mails: shuffled(mails, random), kills };
}

/** Of a mail, from a random number between 0 and 1. */
export const sizeOf = (share: number): number => Math.round(SMALLEST * (LARGEST / SMALLEST) ** (share ** SKEW));
