import { newId } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { insertRow } from './insert-row.ts';

export interface TestMailbox {
  id: string;
  tenant_id: string;
  account_key: string;
  address: string;
}

/** An active sandbox mailbox of a provider account that no other has. Without `secret_sealed` nothing can be sent from it. */
export function makeMailbox(
  owner: Database,
  row: { tenant_id: string } & Record<string, unknown>,
): Promise<TestMailbox> {
  const id = newId();
  return insertRow(owner, 'mailboxes', {
    id,
    provider: 'microsoft',
    environment: 'sandbox',
    account_key: `microsoft:test:${id}`,
    address: `owner-${id.slice(-12)}@outlook.example`,
    state: 'active',
    scopes: ['Mail.Send'],
    ...row,
  });
}
