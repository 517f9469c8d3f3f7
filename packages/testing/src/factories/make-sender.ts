import { newId } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { insertRow } from './insert-row.ts';

/** A further address of a mailbox that a test mail has shown to work. */
export function makeSender(
  owner: Database,
  mailbox: { id: string; tenant_id: string },
  row: Record<string, unknown> = {},
): Promise<{ id: string; address: string }> {
  const id = newId();
  return insertRow<{ id: string; address: string }>(owner, 'mailbox_senders', {
    id,
    tenant_id: mailbox.tenant_id,
    mailbox_id: mailbox.id,
    address: `alias-${id.slice(-12)}@outlook.example`,
    kind: 'alias',
    state: 'works',
    tested_at: new Date(),
    ...row,
  });
}
