import type { Device, DeviceGroupList, LogEntry, Mailbox, Page } from '@hikyaku/contracts';
import { query, request } from '../../api/request.ts';
import { fleetTable } from '../fleet/fleet-columns.ts';

/** The largest page that the api gives. */
const PAGE = 200;
/** More rows do not fit into a spreadsheet (1,048,576). */
const MAX_ROWS = 1_000_000;
const LOG_HEAD = [
  'time',
  'kind',
  'device',
  'subject',
  'recipients',
  'state',
  'code',
  'queue_id',
  'size_bytes',
  'sent_at',
  'address',
];

/** Everything of a list, page after page. */
async function readAll<Row>(path: string, tell: (rows: number) => void): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: string | null = ''; cursor !== null && rows.length < MAX_ROWS; ) {
    const page: Page<Row> = await request<Page<Row>>('GET', `${path}${query({ limit: PAGE, cursor })}`);
    rows.push(...page.items);
    tell(rows.length);
    cursor = page.nextCursor;
  }
  return rows;
}

/** The devices and the log as tables, with the names of the api's fields; `tell` hears how many rows of the log are there. */
export async function exportAll(
  locale: 'ja' | 'en',
  tell: (rows: number) => void,
): Promise<{ devices: string[][]; log: string[][] }> {
  const { items: mailboxes } = await request<{ items: Mailbox[] }>('GET', '/api/v1/mailboxes');
  const { items: groups } = await request<DeviceGroupList>('GET', '/api/v1/groups');
  const devices = await readAll<Device>('/api/v1/devices', () => undefined);
  const log = await readAll<LogEntry>('/api/v1/log', tell);
  return { devices: fleetTable(devices, { mailboxes, groups }, locale), log: [LOG_HEAD, ...log.map(logRow)] };
}

function logRow(entry: LogEntry): string[] {
  if (entry.kind === 'refusal') {
    const { startedAt, deviceName, diagnosis, address } = entry;
    return [
      startedAt,
      'refusal',
      deviceName ?? '',
      diagnosis?.title ?? '',
      '',
      '',
      diagnosis?.code ?? '',
      '',
      '',
      '',
      address,
    ];
  }
  return [
    entry.acceptedAt,
    'mail',
    entry.deviceName ?? '',
    entry.subject ?? '',
    entry.recipients.join(' '),
    entry.state,
    entry.stateCode ?? '',
    entry.queueId,
    String(entry.sizeBytes),
    entry.sentAt ?? '',
    '',
  ];
}
