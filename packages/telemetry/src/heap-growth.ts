import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** The heap may grow to five times what survived the last full collection. */
const GROWTH_PERCENT = 400;
/** To two and a half times: an edge has a process a core, and what each of them holds counts (docs/adr/0039). */
const EDGE_GROWTH_PERCENT = 150;

/**
 * For processes that mails pass through. Their buffers lie outside of V8's heap but count for its limit: at V8's own pace (about half as much
 * again) 35 mails of 200 KB set off a full collection, whose cost is that of the code and data that stay. A third of
 * them is left with this, peak memory the same (docs/performance.md). Call it first in `main.ts`.
 */
export function collectLessOften(kind?: 'edge'): void {
  setFlagsFromString(`--heap-growing-percent=${kind === 'edge' ? EDGE_GROWTH_PERCENT : GROWTH_PERCENT}`);
}

/**
 * For a process behind the edge's doors, whether it is one of several or alone: half of the young generation is 8 MB and not 32, and the first full collection comes with
 * 48 MB and not with hundreds. Read when a process starts, so that they cannot be set from within.
 */
export const EDGE_NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=8', '--initial-old-space-size=48'];

/** For the worker: half of its young generation is 16 MB and not 32. It holds 270 MB under load instead of 360, at the same CPU for a mail (docs/performance.md); with 8 MB it copies four times as much. */
export const WORKER_NODE_OPTIONS: readonly string[] = ['--max-semi-space-size=16'];

/**
 * Beside those, for all processes that mails pass through: the C library keeps a heap of its own for each thread that asks it for memory while another one does, of V8's helpers and of libuv's, and what is
 * let go in one of them serves no other. With two in all, one for the main thread and one for the rest, an edge holds 9 MB less and a worker 22 at the same CPU; with one they wait for each other.
 */
export const MAIL_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '2' };

/** Bytes of buffers that may be made before the young generation is looked through for them. */
const YOUNG_BYTES = 6 * 1024 * 1024;

/**
 * Lets go of short-lived buffers in time. A buffer is some hundred bytes in V8's heap, so that mails of megabytes pass through without ever filling the young
 * generation, whose collection (2 ms) would free them; what they weigh outside of it sets off full collections instead, which took a fifth of an edge's CPU at 3 MB a mail. The function is told of the bytes
 * that went by and collects the young ones each 6 MB: with 16 most of the full collections stayed, with 10 a tenth.
 */
export function createYoungCollector(): (bytes: number) => void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
  setFlagsFromString('--no-expose-gc');
  let bytes = 0;
  return (more) => {
    bytes += more;
    if (bytes < YOUNG_BYTES) return;
    bytes = 0;
    collect({ type: 'minor' });
  };
}
