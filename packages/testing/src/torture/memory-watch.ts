import { readFileSync } from 'node:fs';
import type { ChildProcesses, ProcessName } from '../durability/child-processes.ts';

const LOOK_EVERY_MS = 250;

/** The largest resident size that any life of these processes had (of an edge, those behind its doors too), in MB; by the kernel's own high-water mark. */
export function watchMemory(processes: ChildProcesses, names: ProcessName[]): { stop(): Record<string, number> } {
  const peaks: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  const look = (): void => {
    for (const name of names) {
      const pid = processes.pidOf(name);
      const pids = [...(pid === undefined ? [] : [pid]), ...(name === 'edge' ? processes.behindDoors() : [])];
      peaks[name] = Math.max(peaks[name]!, ...pids.map(peakOf));
    }
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return peaks;
    },
  };
}

function peakOf(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Math.round(Number(kilobytes ?? 0) / 1024);
  } catch {
    return 0;
  }
}
