import type { Device, DeviceCreate, DeviceGroup, DeviceUpdate, Mailbox } from '@hikyaku/contracts';
import { splitAddresses } from '../devices/device-values.ts';
import { COLUMN_NAMES, FLEET_COLUMNS, type FleetColumn, readMode, readYesNo } from './fleet-columns.ts';

/** What is wrong with a line, as the texts know it. */
export const IMPORT_PROBLEMS = [
  'noName',
  'nameTwice',
  'nameAmbiguous',
  'nameLong',
  'noMailbox',
  'groupLong',
  'badFamily',
  'badMode',
  'noRecipients',
  'manyRecipients',
  'badRecipient',
  'badDomain',
  'badPaused',
] as const;
export type ImportProblem = (typeof IMPORT_PROBLEMS)[number];

/** `group`: name of the site to be put to, made where there is none; empty: taken from its site. */
export type PlannedLine = { line: number; name: string } & (
  | { action: 'create'; body: DeviceCreate; isPaused: boolean; group?: string }
  | { action: 'change'; deviceId: string; body: DeviceUpdate; group?: string }
  | { action: 'same' }
  | { action: 'error'; problem: ImportProblem; value: string }
);

interface Fleet {
  devices: readonly Device[];
  mailboxes: readonly Mailbox[];
  groups: readonly DeviceGroup[];
}

/** As the api has it. */
const MAX_NAME = 80;
const MAX_RECIPIENTS = 50;
const FAMILY = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]{1,190}\.[^\s@<>()[\],;:"\\.]{2,63}$/;
const DOMAIN = /^[^\s@<>()[\],;:"\\.]{1,63}(?:\.[^\s@<>()[\],;:"\\.]{1,63}){1,8}$/;

/**
 * What an import would do, line by line; null where the first row names no column for the name. A line is known by its device's name: one that is
 * there is changed, one that is not is created, so that the same file can be read in again. Columns that the file does not have stay as they are.
 */
export function planImport(rows: readonly { line: number; cells: string[] }[], fleet: Fleet): PlannedLine[] | null {
  const [head, ...lines] = rows;
  const columns = columnsOf(head?.cells ?? []);
  if (!columns.has('name')) return null;
  const known = Map.groupBy(fleet.devices, ({ name }) => name);
  const seen = new Set<string>();
  return lines.map(({ line, cells }): PlannedLine => {
    const read = (column: FleetColumn): string | undefined => {
      const place = columns.get(column);
      return place === undefined ? undefined : (cells[place] ?? '');
    };
    const name = read('name') ?? '';
    const refuse = (problem: ImportProblem, value = ''): PlannedLine => ({
      line,
      name,
      action: 'error',
      problem,
      value,
    });
    if (!name) return refuse('noName');
    if (name.length > MAX_NAME) return refuse('nameLong', String(MAX_NAME));
    if (seen.has(name)) return refuse('nameTwice');
    seen.add(name);
    const [device, other] = known.get(name) ?? [];
    if (other) return refuse('nameAmbiguous');
    const values = readValues(read, device, fleet.mailboxes);
    if ('problem' in values) return refuse(values.problem, values.value);
    const { isPaused, ...policy } = values;
    const group = read('group')?.trim();
    if (group && group.length > MAX_NAME) return refuse('groupLong', String(MAX_NAME));
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
}

function columnsOf(head: readonly string[]): Map<FleetColumn, number> {
  const names = head.map((cell) => cell.toLowerCase());
  return new Map(
    FLEET_COLUMNS.flatMap((column) => {
      const place = names.findIndex((name) => (COLUMN_NAMES[column] as readonly string[]).includes(name));
      return place < 0 ? [] : [[column, place] as const];
    }),
  );
}

type Values = Pick<DeviceUpdate, 'mailboxId' | 'family' | 'recipientsMode' | 'recipients' | 'recipientDomains'> & {
  isPaused?: boolean;
};

function readValues(
  read: (column: FleetColumn) => string | undefined,
  device: Device | undefined,
  mailboxes: readonly Mailbox[],
): Values | { problem: ImportProblem; value: string } {
  const values: Values = {};
  const address = read('mailbox');
  // The one that there is, or of several the one that was chosen for new devices.
  const usual = mailboxes.length === 1 ? mailboxes[0] : mailboxes.find(({ isDefault }) => isDefault);
  if (address) {
    const mailbox = mailboxes.find((one) => one.address.toLowerCase() === address.toLowerCase());
    if (!mailbox) return { problem: 'noMailbox', value: address };
    values.mailboxId = mailbox.id;
  } else if (!device && usual) values.mailboxId = usual.id;

  const family = read('family');
  if (family !== undefined) {
    if (family && !FAMILY.test(family)) return { problem: 'badFamily', value: family };
    values.family = family || null;
  }
  const modeText = read('recipientsMode');
  if (modeText) {
    const mode = readMode(modeText);
    if (!mode) return { problem: 'badMode', value: modeText };
    values.recipientsMode = mode;
  }
  const list = read('recipients');
  if (list !== undefined) {
    const recipients = splitAddresses(list);
    const bad = recipients.find((recipient) => !ADDRESS.test(recipient));
    if (bad) return { problem: 'badRecipient', value: bad };
    if (recipients.length > MAX_RECIPIENTS) return { problem: 'manyRecipients', value: String(MAX_RECIPIENTS) };
    values.recipients = recipients;
  }
  const domainList = read('recipientDomains');
  if (domainList !== undefined) {
    const domains = splitAddresses(domainList);
    const bad = domains.find((domain) => !DOMAIN.test(domain));
    if (bad) return { problem: 'badDomain', value: bad };
    values.recipientDomains = domains;
  }
  const mode = values.recipientsMode ?? device?.recipientsMode ?? 'device';
  const needed = mode === 'domains' ? 'recipientDomains' : 'recipients';
  if (mode !== 'device' && !(values[needed] ?? device?.[needed] ?? []).length) {
    return { problem: 'noRecipients', value: '' };
  }
  const paused = read('paused');
  if (paused !== undefined) {
    const isPaused = readYesNo(paused);
    if (isPaused === undefined) return { problem: 'badPaused', value: paused };
    values.isPaused = isPaused;
  }
  return values;
}

/** What of `wanted` is not so yet. */
function changesOf(device: Device, wanted: DeviceUpdate): DeviceUpdate {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(device[key as keyof Device]),
    ),
  );
}
