import type { Device, DeviceCreate, DeviceGroup, DeviceUpdate, Mailbox } from '@hikyaku/contracts';
import type { CsvRow } from '../../csv/read-csv.ts';
import { COLUMN_NAMES, FLEET_COLUMNS, type FleetColumn } from './fleet-columns.ts';
import type { ImportProblem } from './import-problems.ts';
import type { ImportRules } from './import-rules.ts';
import { readLine } from './read-line.ts';

/** `group`: name of the site to be put to, made where there is none; empty: taken from its site. */
export type PlannedLine = { line: number; name: string } & (
  | { action: 'create'; body: DeviceCreate; isPaused: boolean; group?: string }
  | { action: 'change'; deviceId: string; body: DeviceUpdate; group?: string }
  | { action: 'same' }
  | { action: 'error'; problem: ImportProblem; value: string }
);

export interface ImportPlan {
  lines: PlannedLine[];
  /** Columns that mean nothing here, as the file calls them. */
  unknown: string[];
}

interface Fleet {
  devices: readonly Device[];
  mailboxes: readonly Mailbox[];
  groups: readonly DeviceGroup[];
}

/** As the api has it. */
const MAX_NAME = 80;

/** What counts of a name: half-width kana, full-width letters and case make no other device. */
const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * What an import would do, line by line; null where the first row names no column for the name. A line is known by its device's name: one that is
 * there is changed, one that is not is created, so that the same file can be read in again. Columns that the file does not have stay as they are.
 */
export function planImport(rows: readonly CsvRow[], fleet: Fleet, rules: ImportRules): ImportPlan | null {
  const [head, ...lines] = rows;
  const { columns, unknown } = columnsOf(head?.cells ?? []);
  if (!columns.has('name')) return null;
  const byName = Map.groupBy(fleet.devices, ({ name }) => name);
  const byKey = Map.groupBy(fleet.devices, ({ name }) => keyOf(name));
  /** Line by device, or by name where it is new. */
  const seen = new Map<string, number>();
  const planned = lines.map(({ line, cells }): PlannedLine => {
    const read = (column: FleetColumn): string | undefined => {
      const place = columns.get(column);
      return place === undefined ? undefined : (cells[place] ?? '');
    };
    const name = read('name') ?? '';
    const refuse = (problem: ImportProblem, value = ''): PlannedLine => {
      return { line, name, action: 'error', problem, value };
    };
    if (!name) return refuse('noName');
    if (name.length > MAX_NAME) return refuse('nameLong', String(MAX_NAME));
    const [device, other] = byName.get(name) ?? byKey.get(keyOf(name)) ?? [];
    if (other) return refuse('nameAmbiguous');
    // One that is there may hold what is refused today.
    if (!device && rules.name(name) === null) return refuse('nameSigns');
    const who = device?.id ?? keyOf(name);
    const earlier = seen.get(who);
    if (earlier !== undefined) return refuse('nameTwice', String(earlier));
    seen.set(who, line);
    const values = readLine({ read, device, mailboxes: fleet.mailboxes, rules });
    if ('problem' in values) return refuse(values.problem, values.value);
    const { isPaused, ...policy } = values;
    const group = read('group')?.trim();
    if (group && group.length > MAX_NAME) return refuse('groupLong', String(MAX_NAME));
    if (group && rules.name(group) === null) return refuse('groupSigns');
    if (device) {
      const body = changesOf(device, { ...policy, isDisabled: isPaused });
      const present = fleet.groups.find(({ id }) => id === device.groupId)?.name ?? '';
      const moved = group !== undefined && group.toLowerCase() !== present.toLowerCase() ? { group } : {};
      return Object.keys(body).length || 'group' in moved
        ? { line, name, action: 'change', deviceId: device.id, body, ...moved }
        : { line, name, action: 'same' };
    }
    if (!policy.mailboxId) return refuse('noMailbox', read('mailbox'));
    return {
      line,
      name,
      action: 'create',
      body: { name, ...policy, mailboxId: policy.mailboxId },
      isPaused: isPaused === true,
      ...(group ? { group } : {}),
    };
  });
  return { lines: planned, unknown };
}

function columnsOf(head: readonly string[]): { columns: Map<FleetColumn, number>; unknown: string[] } {
  const names = head.map((cell) => cell.normalize('NFKC').toLowerCase().trim());
  const columns = new Map(
    FLEET_COLUMNS.flatMap((column) => {
      const place = names.findIndex((name) => (COLUMN_NAMES[column] as readonly string[]).includes(name));
      return place < 0 ? [] : [[column, place] as const];
    }),
  );
  const places = new Set(columns.values());
  return { columns, unknown: head.filter((cell, place) => cell && !places.has(place)) };
}

/** What of `wanted` is not so yet. */
function changesOf(device: Device, wanted: DeviceUpdate): DeviceUpdate {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(device[key as keyof Device]),
    ),
  );
}
