export interface Gatherer<T> {
  add(item: T): void;
  /** Works off what is left. */
  close(): Promise<void>;
}

/**
 * Items that come within `ms` are worked off together, each once, one batch after the other. More than `max` that wait are dropped, and so is a
 * batch that fails: only for work that somebody else does later.
 */
export function gather<T>(options: {
  ms: number;
  max: number;
  work(batch: T[]): Promise<void>;
  onFailure(error: unknown): void;
}): Gatherer<T> {
  let items = new Set<T>();
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();

  const workOff = async (): Promise<void> => {
    const batch = [...items];
    items = new Set();
    if (batch.length > 0) await options.work(batch);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    working = working.then(workOff).catch(options.onFailure);
    return working;
  };
  return {
    add: (item) => {
      if (items.size < options.max) items.add(item);
      timer ??= setTimeout(() => void flush(), options.ms);
    },
    close: flush,
  };
}
