import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until no process of that id is left. Resolves to false when it still is after `timeoutMs`. */
export async function waitForEnd(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Zombies count as ended: a parent that is slow to reap its child holds nothing. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** A process told from a later one of the same id: `pid:start time`, or null when there is none. */
export function processMark(pid: number): string | null {
  try {
    // The name in parentheses may hold blanks; the start time is the 20th field after it (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return null;
  }
}

/** True while the process that `processMark` told is still there. */
export const isSameProcess = (mark: string): boolean => processMark(Number(mark.split(':')[0])) === mark;
