/**
 * The last value of `fetchIt` while it is fresh, for `freshMs` of milliseconds; at once asked for by many, it is fetched once. What throws is kept for nobody.
 */
export function keepFresh<T>(
  fetchIt: () => Promise<T>,
  now: () => number,
): (freshMs: number | ((value: T) => number)) => Promise<T> {
  let last: { value: T; at: number } | undefined;
  let coming: Promise<T> | undefined;
  return async (freshMs) => {
    if (last && now() - last.at < (typeof freshMs === 'number' ? freshMs : freshMs(last.value))) return last.value;
    coming ??= fetchIt()
      .then((value) => {
        last = { value, at: now() };
        return value;
      })
      .finally(() => {
        coming = undefined;
      });
    return coming;
  };
}
