import { newQueueId } from '@hikyaku/core';
import type { JournalMeta } from '@hikyaku/spool';
import type { World } from './world.ts';

/** What the dialogue writes down of an ordinary mail of a device. */
export function journalMeta(world: World, deviceId: string, messageId: string, keySealed: Buffer): JournalMeta {
  return {
    messageId,
    queueId: newQueueId(),
    tenantId: world.tenantId,
    deviceId,
    mailboxId: world.mailboxId,
    accountKey: world.accountKey,
    acceptedAt: Date.now(),
    mailFrom: 'camera@example.com',
    recipients: ['owner@example.com'],
    subject: 'x',
    messageIdHeader: `<${messageId}@mail.local>`,
    isTest: false,
    sizeBytes: 0,
    door: 'submission',
    clientAddress: '127.0.0.1',
    tls: null,
    keySealed: keySealed.toString('base64'),
  };
}
