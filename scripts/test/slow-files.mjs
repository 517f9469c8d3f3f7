/**
 * Files that take more than half a minute (seconds on two cores of CI, 28 November 2026): they start first, so that none is left alone at the end
 * of its part. One that is not listed costs nothing but that.
 */
export const SLOW_FILES = {
  'test/browser/fleet.test.ts': 150,
  'test/browser/route.test.ts': 129,
  'test/durability/torture.test.ts': 125,
  'test/durability/supervisor-kill.test.ts': 85,
  'test/durability/kill-points.test.ts': 81,
  'test/browser/accounts.test.ts': 77,
  'test/start/npm-start.test.ts': 66,
  'apps/edge/test/process.int.test.ts': 61,
  'test/durability/outage.test.ts': 60,
  'test/durability/upgrade.test.ts': 28,
  'test/security/rotate-master-key.test.ts': 53,
  'packages/mail/test/adversarial.test.ts': 45,
  'test/security/stolen.test.ts': 44,
  'apps/worker/test/crash.int.test.ts': 42,
  'test/security/bound-addresses.test.ts': 36,
  'apps/api/test/verification.int.test.ts': 35,
  'apps/worker/test/delivery.int.test.ts': 33,
};
