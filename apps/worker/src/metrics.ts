import type { Counter, Gauge, Histogram, Metrics } from '@hikyaku/telemetry';

export interface WorkerMetrics {
  attempts: Counter;
  /** Mails prepared, by where: on the loop or in a thread. */
  preparations: Counter;
  /** Mails set aside because preparing them broke or took too much. */
  unpreparable: Counter;
  claims: Counter;
  turnSeconds: Histogram;
  /** From the 250 to the first byte at the provider; first attempts only. */
  toFirstByteSeconds: Histogram;
  refusedOutcomes: Counter;
  lostLeases: Counter;
  swept: Counter;
  orphans: Gauge;
}

/** The worker's own metrics; labels are bounded. */
export function createWorkerMetrics(metrics: Metrics): WorkerMetrics {
  return {
    attempts: metrics.counter('attempts_total', 'Attempts by provider and outcome', ['provider', 'outcome']),
    preparations: metrics.counter('preparations_total', 'Mails prepared, by where', ['where']),
    unpreparable: metrics.counter('unpreparable_total', 'Mails set aside because preparing them failed', ['reason']),
    claims: metrics.counter('claims_total', 'Messages claimed'),
    turnSeconds: metrics.histogram(
      'turn_seconds',
      'Duration of a turn',
      [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 120, 300],
    ),
    toFirstByteSeconds: metrics.histogram(
      'accepted_to_first_byte_seconds',
      'From the 250 to the first byte at the provider, first attempts',
      [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
    ),
    refusedOutcomes: metrics.counter('outcomes_refused_total', 'Outcomes of claims that were not ours any more'),
    lostLeases: metrics.counter('lost_leases_total', 'Claims whose worker was lost', ['kind']),
    swept: metrics.counter('swept_total', 'What the sweeper mended', ['kind']),
    orphans: metrics.gauge('orphan_objects', 'Spool objects that no message knows, at the last look (hourly)'),
  };
}
