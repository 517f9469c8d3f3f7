export interface ChangeGatherer<Kind> {
  note(...kinds: Kind[]): void;
  stop(): void;
}

export interface Gaps {
  /** From the end of the first round after a silence to the next. */
  firstMs: number;
  /** Each further gap is twice as long, up to this. Twice this is a silence. */
  mostMs: number;
}

/**
 * Gathers what is told to have changed and runs `refresh` with it: at once after a silence, then in rounds that come ever more rarely, and never
 * two at a time. So one mail is seen step by step, and a storm costs a slow line one round after the other, not a heap of them.
 */
export function gatherChanges<Kind>(refresh: (kinds: Set<Kind>) => Promise<void>, gaps: Gaps): ChangeGatherer<Kind> {
  let waiting = new Set<Kind>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let isStopped = false;
  let endedAt = Number.NEGATIVE_INFINITY;
  let gapMs = gaps.firstMs;

  const plan = () => {
    if (isRunning || isStopped || !waiting.size) return;
    // No longer than the gap, also when the clock was set back.
    timer ??= setTimeout(() => void run(), Math.min(gapMs, Math.max(0, endedAt + gapMs - Date.now())));
  };
  const run = async () => {
    timer = undefined;
    const kinds = waiting;
    waiting = new Set();
    isRunning = true;
    const isFirst = Date.now() - endedAt > 2 * gaps.mostMs;
    gapMs = isFirst ? gaps.firstMs : Math.min(gapMs * 2, gaps.mostMs);
    await refresh(kinds).catch(() => {
      // The lists keep what they have; the next change, or the line coming back, asks again.
    });
    isRunning = false;
    endedAt = Date.now();
    plan();
  };
  return {
    note: (...kinds) => {
      for (const kind of kinds) waiting.add(kind);
      plan();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
