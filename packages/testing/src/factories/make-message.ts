import { newId, newQueueId } from '@hikyaku/core';
import type { Database } from '@hikyaku/db';
import { insertRow } from './insert-row.ts';

export interface TestMessage {
  id: string;
  seq: number;
  queue_id: string;
  state: string;
}

/** A message of a device, queued and due, as hand-off leaves it: with no part yet, and with one in any other state; without content unless the spool's columns are given. */
export async function makeMessage(
  owner: Database,
  of: { device: { id: string; tenant_id: string }; mailbox: { id: string; account_key: string | null } },
  row: Record<string, unknown> = {},
): Promise<TestMessage> {
  const id = newId();
  const message = await insertRow<TestMessage>(owner, 'messages', {
    id,
    tenant_id: of.device.tenant_id,
    device_id: of.device.id,
    mailbox_id: of.mailbox.id,
    account_key: of.mailbox.account_key,
    queue_id: newQueueId(),
    state: 'queued',
    subject: 'Motion detected',
    size_bytes: 2048,
    mail_from: 'camera@example.com',
    recipients: ['owner@example.com'],
    message_id_header: `<${id}@mail.local>`,
    door: 'submission',
    accepted_at: new Date(),
    due_at: new Date(),
    ...row,
  });
  // As hand-off leaves it: the first claim makes the one part that most mails have.
  if (message.state === 'queued') return message;
  await insertRow(owner, 'parts', {
    message_id: message.id,
    number: 1,
    tenant_id: of.device.tenant_id,
    state: message.state,
  });
  return message;
}
