import { setTimeout as sleep } from 'node:timers/promises';
import type { Strike, TorturePlan } from './torture-plan.ts';

const LOOK_EVERY_MS = 40;

/**
 * Strikes each victim when its share of the work is done. `progress` is from 0 to 1; what is left of the plan when `isOver` is done at once, so that
 * every run has all of its kills. Resolves to how often each was struck.
 */
export async function strikePlan(
  plan: TorturePlan,
  tools: { progress(): number; isOver(): boolean; strike(strike: Strike): Promise<void>; say(text: string): void },
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const strike of plan.kills) {
    const { at, waitMs, victim, how } = strike;
    while (tools.progress() < at && !tools.isOver()) await sleep(LOOK_EVERY_MS);
    await sleep(waitMs);
    await tools.strike(strike);
    const what = how === 'kill' ? victim : `${how} ${victim}`;
    counts[what] = (counts[what] ?? 0) + 1;
    tools.say(`${how} ${victim} at ${Math.round(100 * tools.progress())} %`);
  }
  return counts;
}
