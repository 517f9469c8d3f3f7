import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 250;

/** Parent of a process; undefined when it is gone, or where there is no /proc. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * Calls `stop` once when npm, which runs us, is gone: it ends at SIGTERM without a word to what it started, and nobody can tell us when it is
 * killed. A shell may stand between. Without npm nothing is watched: `nohup node scripts/start.mjs &` outlives its shell on purpose.
 */
export function onLostParent(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const grandparent = parentOf(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && parentOf(parent) === grandparent) return;
    clearInterval(timer);
    stop();
  }, LOOK_EVERY_MS);
  timer.unref();
}
