/** Asked that often. */
const EVERY_MS = 15_000;
/** Longer than any stall of a machine that still works; what the process had accepted waits for as long. */
const SILENT_MS = 90_000;

export interface SilenceWatchOptions<P> {
  /** Those that serve now. */
  processes(): Iterable<P>;
  /** Null when it did not answer in time. */
  ask(process: P): Promise<unknown>;
  /** It has not answered for so long. */
  onSilent(process: P, silentMs: number): void;
  everyMs?: number;
  silentMs?: number;
  now?: () => number;
}

/**
 * Finds a process that lives and does nothing any more: one that turns in a loop, or was stopped. Its doors are served by the others, but its sessions hang, and what it has accepted
 * lies in its journal until it ends and another one takes it.
 */
export function watchSilence<P extends object>(options: SilenceWatchOptions<P>): { close(): void } {
  const { processes, ask, onSilent, everyMs = EVERY_MS, silentMs = SILENT_MS, now = () => performance.now() } = options;
  /** When each was first asked without an answer since its last one. */
  const unanswered = new WeakMap<P, number>();
  const look = async (process: P): Promise<void> => {
    const askedAt = now();
    if (!unanswered.has(process)) unanswered.set(process, askedAt);
    if ((await ask(process)) !== null) unanswered.delete(process);
    const since = unanswered.get(process);
    if (since !== undefined && askedAt - since >= silentMs) onSilent(process, Math.round(askedAt - since));
  };
  const timer = setInterval(() => {
    for (const process of processes()) void look(process);
  }, everyMs).unref();
  return { close: () => clearInterval(timer) };
}
