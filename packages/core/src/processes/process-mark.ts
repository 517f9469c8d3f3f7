import { readFileSync, readlinkSync } from 'node:fs';

/** A process told from a later one of the same id: `pid:start time`, or null when there is none. */
export function processMark(pid: number): string | null {
  try {
    // The name in parentheses may hold blanks; the state is the first field after it, the start time the 20th (proc(5)).
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Nobody waits for a zombie any more: it holds nothing.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `${pid}:${fields[19]}`;
  } catch {
    return HAS_PROC || !answers(pid) ? null : `${pid}:unknown`;
  }
}

/** True while the process that `processMark` told is still there. */
export const isSameProcess = (mark: string): boolean => processMark(Number.parseInt(mark, 10)) === mark;

/** The mark with boot and pid namespace: a start time alone comes again after a restart of the machine, and a pid in another container. */
export function ownerMark(pid: number): string | null {
  const mark = processMark(pid);
  return mark && [mark, ...MACHINE].join(' ');
}

const read = <T>(source: () => T): T | undefined => {
  try {
    return source();
  } catch {
    return undefined;
  }
};
const HAS_PROC = read(() => readFileSync('/proc/self/stat')) !== undefined;
const MACHINE = [
  read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? '-',
  read(() => readlinkSync('/proc/self/ns/pid')) ?? '-',
];

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
