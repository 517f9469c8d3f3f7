export interface CountsFollower {
  /** Something changed that is counted later. */
  note(): void;
}

export interface CountGaps {
  /** From a change to the first look, and between looks while things go on changing. */
  soonMs: number;
  /** From the last look that a change led to, to one more: on a busy relay the counts take longer than `soonMs`. */
  lateMs: number;
}

/**
 * Runs `refresh` for what the server counts behind the changes that it tells of. Each change has a look that begins no sooner than `soonMs` after it: the change that comes just
 * before a look leads to another one, or what the page shows would stay without it until the next.
 */
export function followCounts(refresh: () => void, { soonMs, lateMs }: CountGaps): CountsFollower {
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** What the timer is for; `again`: changes came since it began. */
  let next: 'soon' | 'again' | 'late' | undefined;

  const plan = (look: 'soon' | 'late') => {
    clearTimeout(timer);
    next = look;
    timer = setTimeout(run, look === 'soon' ? soonMs : lateMs);
  };
  const run = () => {
    refresh();
    if (next === 'again') plan('soon');
    else if (next === 'soon') plan('late');
    else next = undefined;
  };
  return {
    note: () => {
      if (next === 'soon') next = 'again';
      else if (next !== 'again') plan('soon');
    },
  };
}
