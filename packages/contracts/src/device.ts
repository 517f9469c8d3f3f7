import { z } from 'zod';
import { deviceName, devicePolicyFields, legacyTls } from './device-policy.ts';
import { pageOf, timestamp } from './paging.ts';
import { recipient } from './recipient.ts';
import { deviceCredential } from './smtp-access.ts';

/** `beside`: a copy, the mail going to its recipients too; `instead`: nothing goes to the mailbox. */
export const contentMode = z.enum(['beside', 'instead']);
export type ContentMode = z.infer<typeof contentMode>;

export const device = z
  .object({
    id: z.uuid(),
    name: z.string(),
    mailboxId: z.uuid(),
    groupId: z.uuid().nullable(),
    /** From which of the mailbox's senders it sends; null: from the mailbox's own address. */
    senderId: z.uuid().nullable(),
    ...devicePolicyFields,
    // Stored values are given back as they are: a rule made stricter later must not make a device unreadable.
    family: z.string().nullable(),
    recipients: z.array(z.string()),
    recipientDomains: z.array(z.string()),
    allowedAddresses: z.array(z.string()),
    legacyTls,
    subjectPrefix: z.string().nullable(),
    timeZone: z.string().nullable(),
    charset: z.string().nullable(),
    /** The channel that gets its mails' subjects and pictures; null: none does. */
    contentChannel: z.object({ channelId: z.uuid(), mode: contentMode }).nullable(),
    /** Recipients seen so far in mode `device`. */
    learntRecipients: z.array(z.string()),
    /** Further ones: mail to them waits, at most seven days, for POST /devices/{id}/recipients/confirm. */
    unconfirmedRecipients: z.array(z.string()),
    /** Mail to these is taken and left out. */
    refusedRecipients: z.array(z.string()),
    /** SMTP user name; the password is not kept in readable form. */
    username: z.string().nullable(),
    login: z.string().nullable(),
    isDisabled: z.boolean(),
    /** Until then the password before the last rotation still works. */
    oldPasswordUntil: timestamp.nullable(),
    lastMessageAt: timestamp.nullable(),
    /** After so long without mail it counts as quiet: its owner's `silenceAfterHours`, else what is usual of it; null while neither is known. */
    quietAfterHours: z.number().int().nullable(),
    /** Its sessions fail, one after the other, since then; null once one comes through. `code`: of the last one's diagnosis. */
    refusal: z.object({ since: timestamp, lastAt: timestamp, count: z.number().int(), code: z.string() }).nullable(),
    createdAt: timestamp,
  })
  .meta({ id: 'Device' });
export type Device = z.infer<typeof device>;

export const devicePage = pageOf(device);

/** Body of POST /devices. A field left out takes its default. */
export const deviceCreate = z
  .strictObject({
    name: deviceName,
    mailboxId: z.uuid(),
    groupId: z.uuid().nullable().optional(),
    senderId: z.uuid().nullable().optional(),
    creationKey: z
      .uuid()
      .optional()
      .describe(
        'A number of your own for this asking. Asked again with the same one, since no answer came, it makes no second device: the answer is the device that was made, with a new password; the first one works for an hour more',
      ),
    ...z.object(devicePolicyFields).partial().shape,
  })
  .meta({ id: 'DeviceCreate' });
export type DeviceCreate = z.infer<typeof deviceCreate>;

/** Body of PATCH /devices/{id}. A field left out stays as it is. */
export const deviceUpdate = z
  .strictObject({
    name: deviceName.optional(),
    mailboxId: z.uuid().optional(),
    groupId: z.uuid().nullable().optional(),
    /** Of the mailbox's senders one that works. Another mailbox without a sender named: its own address. */
    senderId: z.uuid().nullable().optional(),
    isDisabled: z.boolean().optional(),
    ...z.object(devicePolicyFields).partial().shape,
  })
  .meta({ id: 'DeviceUpdate' });
export type DeviceUpdate = z.infer<typeof deviceUpdate>;

/** Body of PUT /devices/{id}/content-channel: one of the tenant's channels (Telegram, Discord, LINE, Slack, webhook); null: no content goes to any. */
export const deviceContentChannel = z
  .strictObject({ channelId: z.uuid().nullable(), mode: contentMode.default('beside') })
  .meta({ id: 'DeviceContentChannel' });
export type DeviceContentChannel = z.infer<typeof deviceContentChannel>;

/** Answer of POST /devices and of POST /devices/{id}/credentials. */
export const deviceWithCredential = z
  .object({ device, credential: deviceCredential })
  .meta({ id: 'DeviceWithCredential' });
export type DeviceWithCredential = z.infer<typeof deviceWithCredential>;

/** Body of POST /devices/{id}/credentials: how long the old password still works, so that nobody runs to forty cameras at once. */
export const credentialRotate = z
  .strictObject({ keepOldMinutes: z.number().int().min(0).max(10_080).default(60) })
  .meta({ id: 'CredentialRotate' });
export type CredentialRotate = z.infer<typeof credentialRotate>;

/** Body of POST /devices/{id}/recipients/confirm: the owner's word about addresses that the device wrote to. Those of neither list go on waiting. */
export const recipientsConfirm = z
  .strictObject({
    allow: z.array(recipient).max(50).default([]),
    refuse: z.array(recipient).max(50).default([]),
  })
  .meta({ id: 'RecipientsConfirm' });
export type RecipientsConfirm = z.infer<typeof recipientsConfirm>;

/**
 * Body of POST /devices/{id}/test. Without recipients one address gets it: the verified one of who asks, else the mailbox's; with a list the first
 * in it that fits; mode `replace` reaches its whole list. */
export const testMailRequest = z
  .strictObject({ recipients: z.array(recipient).min(1).max(10).optional() })
  .meta({ id: 'TestMailRequest' });
export type TestMailRequest = z.infer<typeof testMailRequest>;
/** Answer 202: the message to watch under /messages/{id}. Each recipient gets a mail of his own; the first one's is named first as well. */
export const testMailAnswer = z
  .object({
    messageId: z.uuid(),
    queueId: z.string(),
    mails: z.array(z.object({ recipient: z.string(), messageId: z.uuid(), queueId: z.string() })),
  })
  .meta({ id: 'TestMailAnswer' });
export type TestMailAnswer = z.infer<typeof testMailAnswer>;
