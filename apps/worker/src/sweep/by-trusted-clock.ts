import { isClockTrusted } from '@hikyaku/db';
import type { SweepStep, SweepTools } from './sweep.ts';

/** A step that removes what is kept for days: it rests for a day after a jump of the clock, since what a wrong clock removes nobody can bring back. */
export const byTrustedClock =
  (step: (tools: SweepTools) => Promise<void>): SweepStep =>
  async (tools: SweepTools): Promise<void> => {
    if (await isClockTrusted(tools.database)) await step(tools);
  };
