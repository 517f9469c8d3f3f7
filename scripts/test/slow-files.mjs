/**
 * Files that take more than twenty seconds (seconds on the two slower cores of CI, 29 November 2026): they start first, so that none is left alone at the end
 * of its part. One that is not listed costs nothing but that.
 */
export const SLOW_FILES = {
  'test/browser/fleet.test.ts': 144,
  'test/browser/accounts.test.ts': 110,
  'test/browser/route.test.ts': 104,
  'test/durability/torture.test.ts': 94,
  'test/durability/kill-points.test.ts': 68,
  'apps/edge/test/process.int.test.ts': 54,
  'test/durability/outage.test.ts': 47,
  'apps/worker/test/crash.int.test.ts': 44,
  'test/start/npm-start.test.ts': 39,
  'test/durability/supervisor-kill.test.ts': 37,
  'test/security/worst-mail.test.ts': 36,
  'packages/mail/test/adversarial.test.ts': 36,
  'apps/worker/test/folds.int.test.ts': 32,
  'test/durability/storm.test.ts': 30,
  'test/durability/upgrade.test.ts': 28,
  'apps/worker/test/gmail-day.int.test.ts': 25,
  'test/security/stolen.test.ts': 24,
  'test/route/bad-input.test.ts': 22,
  'apps/worker/test/digests.int.test.ts': 22,
  'apps/api/test/verification.int.test.ts': 22,
  'test/security/rotate-master-key.test.ts': 21,
  'apps/worker/test/fitting.int.test.ts': 21,
  'test/durability/journal-disk.test.ts': 20,
};
