/** Messages per statement, with some four rows of story each: about a tenth of a second, and nobody's trouble. */
export const ROWS_PER_STATEMENT = 500;

/** Runs statements that remove little each until one answers 0, `statements` are done, or the worker ends. How much was removed. */
export async function inShares(
  removeSome: () => Promise<number>,
  limits: { statements: number; stopping: AbortSignal },
): Promise<number> {
  let removed = 0;
  for (let statement = 0; statement < limits.statements && !limits.stopping.aborted; statement++) {
    const count = await removeSome();
    if (count === 0) break;
    removed += count;
  }
  return removed;
}
