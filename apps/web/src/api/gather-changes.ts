export interface ChangeGatherer<Kind> {
  note(...kinds: Kind[]): void;
  stop(): void;
}

/**
 * Gathers what is told to have changed and runs `refresh` with it: at once after a silence, then at least `gapMs` after the last run has
 * ended, and never twice at a time. So a storm costs a slow line one round after the other, not a heap of them.
 */
export function gatherChanges<Kind>(refresh: (kinds: Set<Kind>) => Promise<void>, gapMs: number): ChangeGatherer<Kind> {
  let waiting = new Set<Kind>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let isStopped = false;
  let endedAt = Number.NEGATIVE_INFINITY;

  const plan = () => {
    if (isRunning || isStopped || !waiting.size) return;
    timer ??= setTimeout(() => void run(), Math.max(0, endedAt + gapMs - Date.now()));
  };
  const run = async () => {
    timer = undefined;
    const kinds = waiting;
    waiting = new Set();
    isRunning = true;
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
