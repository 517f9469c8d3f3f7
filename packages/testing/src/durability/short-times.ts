/**
 * Settings under which a crash is over within seconds: retries, leases, sweeps and restarts shortened, allowances wide. The send's deadline is
 * long enough for a busy machine, where a shorter one would only make doubts of its own.
 */
export const SHORT_TIMES: Record<string, string> = {
  HIKYAKU_RESTART_MAX_MS: '300',
  HIKYAKU_SEND_DEADLINE_MS: '8000',
  HIKYAKU_LEASE_MS: '10000',
  HIKYAKU_TURN_LEASE_MS: '2000',
  HIKYAKU_TURN_SLICE_MS: '1000',
  HIKYAKU_QUEUE_LOCK_MS: '2000',
  HIKYAKU_RETRY_PLAN_MS: '300,600,1200',
  HIKYAKU_IN_DOUBT_PLAN_MS: '500,1000',
  HIKYAKU_SWEEP_EVERY_MS: '500',
  HIKYAKU_SWEEP_AFTER_MS: '1000',
  HIKYAKU_MICROSOFT_BURST: '10',
  HIKYAKU_MICROSOFT_PER_MINUTE: '120',
  HIKYAKU_GOOGLE_BURST: '10',
  HIKYAKU_GOOGLE_PER_MINUTE: '120',
  HIKYAKU_OUTLOOK_PER_DAY: '1000000',
  HIKYAKU_GMAIL_PER_DAY: '1000000',
};
