import type { DoorName } from '@hikyaku/core';
import type { JournalStats } from '@hikyaku/spool';
import type { Metrics } from '@hikyaku/telemetry';

export interface EdgeMetrics {
  connected(door: DoorName): void;
  accepted(door: DoorName, sizeBytes: number): void;
  /** A reply of 4xx or 5xx. */
  refused(code: number): void;
  authFailed(door: DoorName): void;
  /** `lagMs`: from the 250 to the row. */
  handedOff(lagMs: number): void;
  quarantined(reason: string): void;
  /** Its record found no room: Postgres is away, or too slow. */
  sessionDropped(): void;
}

/** What the edge counts; gauges are read when asked for. */
export function createEdgeMetrics(
  metrics: Metrics,
  sources: {
    connections: () => number;
    /** The one that is written, and those that were adopted. */
    journals: () => JournalStats[];
    snapshotAgeMs: () => number | null;
    isSnapshotSaved: () => boolean;
  },
): EdgeMetrics {
  const connections = metrics.counter('edge_connections_total', 'Connections admitted', ['door']);
  const accepted = metrics.counter('edge_mails_accepted_total', 'Mails answered with 250', ['door']);
  const acceptedBytes = metrics.counter('edge_bytes_accepted_total', 'Bytes of these mails', ['door']);
  const refused = metrics.counter('edge_refusals_total', 'Replies of 4xx and 5xx', ['code']);
  const authFailures = metrics.counter('edge_auth_failures_total', 'Refused logins', ['door']);
  const lag = metrics.histogram(
    'edge_handoff_lag_seconds',
    'From the 250 to the row',
    [0.01, 0.05, 0.1, 0.5, 1, 5, 60, 3600],
  );
  const quarantined = metrics.counter('edge_quarantined_total', 'Journal entries moved aside', ['reason']);

  const sessionsDropped = metrics.counter('edge_sessions_dropped_total', 'Records of sessions that found no room', []);

  metrics.observe('edge_open_connections', 'Connections open now', sources.connections);
  const sum = (pick: (stats: JournalStats) => number) => () =>
    sources.journals().reduce((total, stats) => total + pick(stats), 0);
  metrics.observe(
    'edge_journal_entries',
    'Mails accepted and not handed off',
    sum(({ entries }) => entries),
  );
  metrics.observe(
    'edge_journal_bytes',
    'Bytes of the journal',
    sum(({ bytes }) => bytes),
  );
  metrics.observe(
    'edge_journal_quarantined',
    'Entries moved aside',
    sum(({ quarantined }) => quarantined),
  );
  metrics.observe('edge_journal_oldest_seconds', 'Age of the oldest mail not handed off', () => {
    const now = Date.now();
    return Math.max(0, ...sources.journals().map(({ oldestAt }) => (now - (oldestAt ?? now)) / 1000));
  });
  metrics.observe('edge_snapshot_age_seconds', 'Since the last refresh of the credential snapshot', () => {
    const age = sources.snapshotAgeMs();
    return age === null ? Number.NaN : age / 1000;
  });
  metrics.observe(
    'edge_snapshot_unsaved',
    '1 while changes of the snapshot are not on disk yet: a crash would forget them',
    () => (sources.isSnapshotSaved() ? 0 : 1),
  );

  return {
    connected: (door) => connections.inc({ door }),
    accepted: (door, sizeBytes) => {
      accepted.inc({ door });
      acceptedBytes.inc({ door }, sizeBytes);
    },
    refused: (code) => refused.inc({ code }),
    authFailed: (door) => authFailures.inc({ door }),
    handedOff: (lagMs) => lag.observe(Math.max(0, lagMs) / 1000),
    quarantined: (reason) => quarantined.inc({ reason }),
    sessionDropped: () => sessionsDropped.inc(),
  };
}
