import type { LogEntry } from '@hikyaku/contracts';
import { arrivalOf as timeOf } from './newcomers.ts';

/** What the log shows below one another: the day, a row, or rows of one kind folded into one. */
export type LogLine =
  | { type: 'day'; key: string; at: string }
  | { type: 'entry'; key: string; entry: LogEntry }
  | { type: 'fold'; key: string; entries: LogEntry[]; isOpen: boolean };

/** Two of a kind are read as quickly as their sum. */
const FOLDED_FROM = 3;
/** What is further apart is another event. */
const APART_MS = 15 * 60_000;

/** What is repeated: the same subject with the same end from the same device, or the same refusal of it. */
function kindOf(entry: LogEntry): string {
  return JSON.stringify(
    entry.kind === 'mail'
      ? [entry.deviceId, entry.subject, entry.state, entry.stateCode, entry.isTest]
      : [entry.deviceId, entry.diagnosis?.code],
  );
}

/** What is asked of a row again and again while it stays the same. */
interface Facts {
  kind: string;
  day: string;
  ms: number;
}

/** A day of the log, and its lines as they were drawn last. */
interface Day {
  name: string;
  entries: LogEntry[];
  lines: LogLine[];
  opened: ReadonlySet<string>;
}

export type LogLinesMaker = (entries: readonly LogEntry[], opened: ReadonlySet<string>) => LogLine[];

/**
 * Makes lines of rows, newest first: a line before each day, and repeats of one kind gathered at the place of the newest, also where others' rows lie
 * between. `dayOf` names the day of a moment where the reader is; a fold of which any row's id is in `opened` shows its rows below it. Days whose rows are
 * the same as the last time keep their lines, so that a log of 100,000 rows grows as quickly as one of a hundred.
 */
export function logLinesMaker(dayOf: (at: string) => string): LogLinesMaker {
  const known = new WeakMap<LogEntry, Facts>();
  let days = new Map<string, Day>();
  const factsOf = (entry: LogEntry): Facts => {
    let facts = known.get(entry);
    if (!facts) {
      const at = timeOf(entry);
      facts = { kind: kindOf(entry), day: dayOf(at), ms: Date.parse(at) };
      known.set(entry, facts);
    }
    return facts;
  };
  return (entries, opened) => {
    const present = new Map<string, Day>();
    const lines: LogLine[] = [];
    for (const { name, entries: own } of byDay(inTime(entries), factsOf)) {
      const before = days.get(name);
      const isSame =
        before?.opened === opened &&
        before.entries.length === own.length &&
        own.every((entry, at) => before.entries[at] === entry);
      const day = isSame ? before : { name, entries: own, opened, lines: linesOfDay(name, own, factsOf, opened) };
      present.set(name, day);
      for (const line of day.lines) lines.push(line);
    }
    days = present;
    return lines;
  };
}

/** Mail that came late is at its own time, so that days stay whole. Times of the api sort as texts, and nearly always are in order. */
function inTime(entries: readonly LogEntry[]): readonly LogEntry[] {
  const isInOrder = entries.every((entry, at) => at === 0 || timeOf(entries[at - 1]!) >= timeOf(entry));
  return isInOrder ? entries : entries.toSorted((a, b) => newerFirst(timeOf(a), timeOf(b)));
}

const newerFirst = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

function byDay(
  entries: readonly LogEntry[],
  factsOf: (entry: LogEntry) => Facts,
): { name: string; entries: LogEntry[] }[] {
  const found: { name: string; entries: LogEntry[] }[] = [];
  for (const entry of entries) {
    const { day } = factsOf(entry);
    if (found.at(-1)?.name !== day) found.push({ name: day, entries: [] });
    found.at(-1)!.entries.push(entry);
  }
  return found;
}

function linesOfDay(
  day: string,
  entries: readonly LogEntry[],
  factsOf: (entry: LogEntry) => Facts,
  opened: ReadonlySet<string>,
): LogLine[] {
  const lines: LogLine[] = [{ type: 'day', key: day, at: timeOf(entries[0]!) }];
  for (const group of gathered(entries, factsOf)) {
    const [first] = group as [LogEntry];
    if (group.length < FOLDED_FROM) {
      lines.push({ type: 'entry', key: first.id, entry: first });
      continue;
    }
    const isOpen = group.some(({ id }) => opened.has(id));
    lines.push({ type: 'fold', key: `fold ${first.id}`, entries: group, isOpen });
    if (isOpen) lines.push(...group.map((entry): LogLine => ({ type: 'entry', key: entry.id, entry })));
  }
  return lines;
}

/** Rows of one kind together, where there are enough of them; the others by themselves. In order of the newest row. */
function gathered(entries: readonly LogEntry[], factsOf: (entry: LogEntry) => Facts): LogEntry[][] {
  const groups: LogEntry[][] = [];
  const latest = new Map<string, LogEntry[]>();
  for (const entry of entries) {
    const { kind, ms } = factsOf(entry);
    const group = latest.get(kind);
    const last = group?.at(-1);
    if (group && last && factsOf(last).ms - ms <= APART_MS) {
      group.push(entry);
    } else {
      const begun = [entry];
      groups.push(begun);
      latest.set(kind, begun);
    }
  }
  const parted = groups.flatMap((group) => (group.length < FOLDED_FROM ? group.map((entry) => [entry]) : [group]));
  return parted.sort(([a], [b]) => newerFirst(timeOf(a!), timeOf(b!)));
}
