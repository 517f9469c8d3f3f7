const left = new Map<number, NodeJS.Signals>();

process.on('exit', () => {
  for (const [pid, signal] of left) tryKill(pid, signal);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/** A server of ours is ended with this process at the latest, by that signal. Returns what to call once it has ended by itself. */
export function endWithUs(pid: number, signal: NodeJS.Signals = 'SIGTERM'): () => void {
  left.set(pid, signal);
  return () => void left.delete(pid);
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
