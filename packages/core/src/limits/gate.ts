/** Runs work when there is room; the rest waits in order. */
export type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** At most `places` at once. */
export function createGate(places: number): Gate {
  let taken = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (taken >= places) await new Promise<void>((resolve) => waiting.push(resolve));
    else taken += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not freed, so that nobody comes in between.
      const next = waiting.shift();
      if (next) next();
      else taken -= 1;
    }
  };
}
