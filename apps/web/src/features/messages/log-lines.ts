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

/**
 * Rows as lines, newest first: a line before each day, and repeats of one kind gathered at the place of the newest, also where others' rows lie
 * between. `dayOf` names the day of a moment where the reader is; a fold of which any row's id is in `opened` shows its rows below it.
 */
export function logLines(
  entries: readonly LogEntry[],
  dayOf: (at: string) => string,
  opened: ReadonlySet<string>,
): LogLine[] {
  // Mail that came late is at its own time, so that days stay whole.
  const inTime = entries.toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)));
  const lines: LogLine[] = [];
  let shownDay = '';
  for (const group of gathered(inTime, dayOf)) {
    const [first] = group.entries as [LogEntry];
    if (group.day !== shownDay) lines.push({ type: 'day', key: group.day, at: timeOf(first) });
    shownDay = group.day;
    if (group.entries.length < FOLDED_FROM) {
      lines.push({ type: 'entry', key: first.id, entry: first });
      continue;
    }
    const isOpen = group.entries.some(({ id }) => opened.has(id));
    lines.push({ type: 'fold', key: `fold ${first.id}`, entries: group.entries, isOpen });
    if (isOpen) lines.push(...group.entries.map((entry): LogLine => ({ type: 'entry', key: entry.id, entry })));
  }
  return lines;
}

interface Group {
  day: string;
  entries: LogEntry[];
}

/** Rows of one kind together, where there are enough of them; the others by themselves. In order of the newest row. */
function gathered(inTime: readonly LogEntry[], dayOf: (at: string) => string): Group[] {
  const groups: Group[] = [];
  const latest = new Map<string, Group>();
  for (const entry of inTime) {
    const kind = kindOf(entry);
    const day = dayOf(timeOf(entry));
    const group = latest.get(kind);
    const last = group?.entries.at(-1);
    if (group?.day === day && last && Date.parse(timeOf(last)) - Date.parse(timeOf(entry)) <= APART_MS) {
      group.entries.push(entry);
    } else {
      const begun = { day, entries: [entry] };
      groups.push(begun);
      latest.set(kind, begun);
    }
  }
  const parted = groups.flatMap((group) =>
    group.entries.length < FOLDED_FROM ? group.entries.map((entry) => ({ day: group.day, entries: [entry] })) : [group],
  );
  return parted.sort((a, b) => timeOf(b.entries[0]!).localeCompare(timeOf(a.entries[0]!)));
}
