import { type Clock, systemClock } from './clock.ts';

/** Nobody hears it. Without a reason of one's own, each end makes an exception with its stack. */
const ENDED = new Error('the work has ended');

/**
 * The answer of `work`, or of `late` (a value, or a throw) when `ms` milliseconds pass before. The work itself goes on, under deadlines of its own; what it
 * rejects with after that is dropped.
 */
export async function within<T, L>(
  work: Promise<T>,
  ms: number,
  late: () => L,
  clock: Pick<Clock, 'sleep'> = systemClock,
): Promise<T | L> {
  const ended = new AbortController();
  const tooLate = clock.sleep(ms, ended.signal).then(late);
  tooLate.catch(() => {});
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    ended.abort(ENDED);
  }
}
