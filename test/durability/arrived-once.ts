import assert from 'node:assert/strict';
import type { Database } from '@hikyaku/db';
import { auditMail, type FleetMember, type MailLedger, type RunningHikyaku, settle } from '@hikyaku/testing';

/** Waits for the end of everything; the audit must find nothing, not even a copy. */
export async function arrivedOnce(
  of: { hikyaku: RunningHikyaku; owner: Database; ledger: MailLedger; fleet: FleetMember[] },
  withinMs: number,
): Promise<void> {
  const { hikyaku, owner, ledger, fleet } = of;
  await settle(hikyaku, owner, ledger.count('accepted'), withinMs);
  const { problems, duplicatesExplained, doubts } = await auditMail({
    ledger,
    fleet,
    sandboxUrl: hikyaku.sandboxUrl,
    owner,
  });
  assert.deepEqual({ problems, duplicatesExplained, doubts }, { problems: [], duplicatesExplained: 0, doubts: 0 });
}
