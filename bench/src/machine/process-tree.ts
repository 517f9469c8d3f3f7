import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts in ticks of 10 ms to user space on every architecture that Node runs on (USER_HZ). */
const TICK_MS = 10;

interface Stat {
  pid: number;
  name: string;
  parent: number;
  /** Its own, its threads', and that of children it has buried. */
  cpuMs: number;
}

/** A process and everything below it that lives now. */
export function processTree(root: number): Stat[] {
  const children = new Map<number, Stat[]>();
  let top: Stat | undefined;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = statOf(Number(entry));
    if (!stat) continue;
    if (stat.pid === root) top = stat;
    const siblings = children.get(stat.parent);
    if (siblings) siblings.push(stat);
    else children.set(stat.parent, [stat]);
  }
  const found: Stat[] = top ? [top] : [];
  for (let next = 0; next < found.length; next++) found.push(...(children.get(found[next]!.pid) ?? []));
  return found;
}

/** User and system time in milliseconds of these processes, their descendants, and the descendants that have ended meanwhile. */
export function cpuMsOf(roots: readonly number[]): number {
  return roots.flatMap(processTree).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** What the whole machine has worked so far, in milliseconds of a core. */
export function machineCpuMs(): number {
  // proc(5): user, nice, system, idle, iowait, irq, softirq, steal.
  const [user, nice, system, , , irq, softirq, steal] = read('/proc/stat')!
    .split('\n')[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user! + nice! + system! + irq! + softirq! + steal!) * TICK_MS;
}

/** Most resident memory of the process so far, in bytes; 0 when it is gone. */
export const peakRssOf = (pid: number): number => statusBytes(pid, 'VmHWM');

/** Its resident memory now. */
export const rssOf = (pid: number): number => statusBytes(pid, 'VmRSS');

/** Proportional set size in bytes: pages that many processes share count once. Of the whole tree, or of the one process. */
export function pssOf(root: number, withDescendants = true): number {
  const pids = withDescendants ? processTree(root).map(({ pid }) => pid) : [root];
  return pids.reduce((sum, pid) => {
    const kilobytes = read(`/proc/${pid}/smaps_rollup`)?.match(/^Pss:\s*(\d+) kB/m)?.[1];
    return sum + Number(kilobytes ?? 0) * 1024;
  }, 0);
}

function statusBytes(pid: number, field: string): number {
  const line = read(`/proc/${pid}/status`)
    ?.split('\n')
    .find((one) => one.startsWith(`${field}:`));
  return Number.parseInt(line?.slice(field.length + 1) ?? '0', 10) * 1024;
}

function statOf(pid: number): Stat | undefined {
  const text = read(`/proc/${pid}/stat`);
  if (!text) return undefined;
  // The name in parentheses may hold blanks. proc(5): state is field 3, ppid 4, utime to cstime 14 to 17.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, name: text.slice(text.indexOf('(') + 1, end), parent: Number(fields[1]), cpuMs: ticks * TICK_MS };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // It ended in between.
    return undefined;
  }
}
