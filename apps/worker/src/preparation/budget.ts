/** What preparing one mail may take. */
export interface PreparationBudget {
  /** CPU time of its thread for a mail of no size, ms. */
  cpuMs: number;
  /** More for each 64 KB of it, ms. */
  cpuMsPer64Kb: number;
  /** JavaScript's heap of a thread, MB. */
  heapMb: number;
  /** Its buffers, which V8 does not count among the heap, MB. */
  buffersMb: number;
  /** One answer of a thread, ms on the clock. */
  answerMs: number;
}

/** Tests shorten these; nobody else has a reason to. */
export const PREPARATION_BUDGET: PreparationBudget = {
  // The worst mail that our generators know takes 40 ms, a fresh thread's first one 60. CPU time, so a loaded machine condemns nobody.
  cpuMs: 1_000,
  // No reader may take more (packages/mail, adversarial.test.ts).
  cpuMsPer64Kb: 10,
  // The code is 10, the longest header with all that is made of it 8. Streamed bodies are not held.
  heapMb: 96,
  // A mail's first 256 KB, and chunks that are not collected yet.
  buffersMb: 192,
  // A thread that waits for something that never comes uses no CPU.
  answerMs: 30_000,
};
