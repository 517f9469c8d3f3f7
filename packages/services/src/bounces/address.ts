import type { BounceAddress } from '@hikyaku/contracts';
import { newBounceToken, RelayError } from '@hikyaku/core';
import { addAuditEntry, type BounceAddressRow, findBounceAddress, renewBounceAddress } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import type { ServiceContext } from '../context.ts';

/** Whoever sets up forwarding types the code within minutes; after a week it is nobody's business. */
const CODE_SHOWN_MS = 7 * 24 * 3_600_000;

/** Where reports go; null: this instance has no domain for them. */
export interface BounceTools {
  bounceDomain: string | null;
}

/** The tenant's address for non-delivery reports, as far as there is one. @throws RelayError `api.forbidden` */
export async function getBounceAddress(context: ServiceContext, tools: BounceTools): Promise<BounceAddress> {
  requirePermission(context, 'mailboxes.read');
  return describe(await findBounceAddress(context), tools, context.now);
}

/** Makes one, or a new one in place of the old, which takes nothing any more. @throws RelayError `api.forbidden`, `api.not_found` (no domain for them) */
export async function renewBounceAddressOf(context: ServiceContext, tools: BounceTools): Promise<BounceAddress> {
  requirePermission(context, 'mailboxes.change');
  if (tools.bounceDomain === null) throw new RelayError('api.not_found');
  const row = await renewBounceAddress(context, newBounceToken(), context.now);
  await addAuditEntry(context, {
    actor: context.actor.name,
    action: 'bounce_address.renewed',
    target: context.tenantId,
    data: {},
  });
  return describe(row, tools, context.now);
}

function describe(row: BounceAddressRow | null, { bounceDomain }: BounceTools, now: Date): BounceAddress {
  const { forwardCode: code, forwardFor: mailbox, forwardAt } = row ?? {};
  const isShown = code && forwardAt && now.getTime() - forwardAt.getTime() < CODE_SHOWN_MS;
  return {
    isOffered: bounceDomain !== null,
    address: row && bounceDomain !== null ? `bounce+${row.token}@${bounceDomain}` : null,
    createdAt: row?.createdAt.toISOString() ?? null,
    lastReportAt: row?.lastReportAt?.toISOString() ?? null,
    forwardCode: isShown ? { code, mailbox: mailbox ?? null, at: forwardAt.toISOString() } : null,
  };
}
