import type { LogEntry } from '@hikyaku/contracts';
import { readAll } from '../../api/read-all.ts';
import type { MessageFilter } from './queries.ts';

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

/** The log, or what of it a filter leaves, as a table with the names of the api's fields; `tell` hears how many rows are there. */
export async function exportLog(filter: MessageFilter, tell: (rows: number) => void): Promise<string[][]> {
  const log = await readAll<LogEntry>('/api/v1/log', { ...filter }, tell);
  return [LOG_HEAD, ...log.map(logRow)];
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
