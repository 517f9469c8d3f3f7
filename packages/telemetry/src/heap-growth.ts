import { setFlagsFromString } from 'node:v8';

/** The heap may grow to five times what survived the last full collection. */
const GROWTH_PERCENT = 400;

/**
 * For processes that mails pass through. Their buffers lie outside of V8's heap but count for its limit: at V8's own pace (about half as much
 * again) 35 mails of 200 KB set off a full collection, whose cost is that of the code and data that stay. A third of
 * them is left with this, peak memory the same (docs/performance.md). Call it first in `main.ts`.
 */
export function collectLessOften(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
