import { newId } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { insertRow } from './insert-row.ts';

/** An SMTP dialogue of a device that ended well. */
export function makeSession(
  owner: Database,
  device: { id: string; tenant_id: string },
  row: Record<string, unknown> = {},
): Promise<{ id: string }> {
  return insertRow<{ id: string }>(owner, 'smtp_sessions', {
    id: newId(),
    tenant_id: device.tenant_id,
    device_id: device.id,
    door: 'submission',
    address: '192.0.2.7',
    started_at: new Date(),
    ended_at: new Date(),
    message_ids: [],
    diagnosis: 'ok.login_only',
    severity: 'ok',
    facts: '{}',
    steps: JSON.stringify([{ step: 'connected', at: 0 }]),
    lines: JSON.stringify([{ at: 0, by: 'server', text: '220 relay.example ESMTP Hikyaku' }]),
    ...row,
  });
}
