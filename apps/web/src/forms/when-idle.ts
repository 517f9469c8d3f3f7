/** By then it is done, however busy the page is. */
const WITHIN_MS = 3_000;

/** When the page has nothing else to do. Safari does not say when that is. Answers how to take it back. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(work, WITHIN_MS / 2);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(work, { timeout: WITHIN_MS });
  return () => cancelIdleCallback(handle);
}
