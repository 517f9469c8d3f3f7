/** Amounts of the last `lengthMs`, in at most `MAX_SLICES` slices. */
export interface SlidingWindow {
  total(now: number): number;
  add(now: number, amount: number): void;
  /** Milliseconds until the oldest slice leaves the window. */
  freesInMs(now: number): number;
}

const MAX_SLICES = 120;

export function createSlidingWindow(lengthMs: number): SlidingWindow {
  const sliceMs = Math.max(1, Math.floor(lengthMs / MAX_SLICES));
  let slices: { at: number; amount: number }[] = [];
  const forget = (now: number): void => {
    slices = slices.filter((slice) => slice.at + lengthMs > now);
  };
  return {
    total(now) {
      forget(now);
      return slices.reduce((sum, slice) => sum + slice.amount, 0);
    },
    add(now, amount) {
      const last = slices.at(-1);
      if (last && now - last.at < sliceMs) last.amount += amount;
      else slices.push({ at: now, amount });
    },
    freesInMs: (now) => (slices[0] ? Math.max(0, slices[0].at + lengthMs - now) : 0),
  };
}
