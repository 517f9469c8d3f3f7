import assert from 'node:assert/strict';
import { type ClaimRequest, claimDueMessages, takeTurn } from '@hikyaku/db';
import { makeDevice } from '@hikyaku/testing';
import type { Place, Scene } from './scene.ts';

/** A turn of a place's account, with a claim to be made in it. */
export async function takeTurnOf(scene: Scene, place: Place, ms = 5_000): Promise<ClaimRequest> {
  const turn = await takeTurn(scene.db.system, place.mailbox.account_key, ms);
  assert.ok('token' in turn);
  return {
    accountKey: place.mailbox.account_key,
    turnToken: turn.token,
    turnLeaseMs: ms,
    limit: 10,
    leaseMs: 5_000,
    allowance: { burst: 100, perMinute: 60, day: null },
    environment: 'sandbox',
    served: new Map(),
    maxRecipients: 500,
  };
}

/** What a claim takes; the next one of its turn goes on behind it. */
export async function claimIdsIn(scene: Scene, request: ClaimRequest): Promise<string[]> {
  const claimed = await claimDueMessages(scene.db.system, request);
  assert.ok(claimed);
  for (const { deviceId } of claimed.messages) {
    request.served.set(deviceId, (request.served.get(deviceId) ?? 0) + 1);
  }
  return claimed.messages.map(({ id }) => id);
}

/** One more device of its mailbox. */
export async function addDeviceTo(scene: Scene, place: Place): Promise<Place> {
  const { tenantId, mailbox } = place;
  const { device } = await makeDevice(scene.db.owner, scene.keys.digester, {
    tenant_id: tenantId,
    mailbox_id: mailbox.id,
  });
  return { tenantId, mailbox, device };
}
