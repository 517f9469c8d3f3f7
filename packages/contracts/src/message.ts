import { CONTENT_CHANNEL_KINDS } from '@hikyaku/core/alerts';
import { BOUNCE_REASONS } from '@hikyaku/core/bounces';
import { z } from 'zod';
import { diagnosis } from './diagnosis.ts';
import { pageOf, pageQuery, timestamp } from './paging.ts';

export const MESSAGE_STATES = [
  'queued',
  'sending',
  'sent',
  'deferred',
  'held',
  'in_doubt',
  'digested',
  'suppressed',
  'failed',
  'expired',
  'cancelled',
  'quarantined',
] as const;
export const messageState = z.enum(MESSAGE_STATES);
export type MessageState = z.infer<typeof messageState>;

const stateList = z
  .string()
  .max(200)
  .transform((text) => text.split(','))
  .pipe(z.array(messageState).min(1));

/** A day counts from its first moment in UTC. */
const moment = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

/** Filters of GET /messages; `from` and `to` are on acceptance, `to` exclusive. */
export const messageQuery = pageQuery.extend({
  deviceId: z.uuid().optional(),
  mailboxId: z.uuid().optional(),
  state: stateList.optional().describe('One state, or several separated by commas'),
  q: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .describe('Words, all of which are part of the subject, a recipient or the device’s name, or begin the queue id'),
  from: moment.optional(),
  to: moment.optional(),
});
export type MessageQuery = z.infer<typeof messageQuery>;

const summaryFields = {
  id: z.uuid(),
  queueId: z.string(),
  state: messageState,
  /** Code of the error registry, where the state needs a word. */
  stateCode: z.string().nullable(),
  /** Null for a mail of the relay's own that is of no device, such as the test of a mailbox. */
  deviceId: z.uuid().nullable(),
  /** Null when it is of no device, or nothing is known of the device any more. */
  deviceName: z.string().nullable(),
  mailboxId: z.uuid(),
  mailboxAddress: z.string().nullable(),
  provider: z.enum(['microsoft', 'google', 'smtp', 'channel']).nullable(),
  /** Where `provider` is `channel`: which kind of chat or webhook gets its subject and pictures. `mailboxAddress` is its name then. */
  channelKind: z.enum(CONTENT_CHANNEL_KINDS).nullable(),
  /** The mail of which it is a copy for a channel. */
  copyOf: z.uuid().nullable(),
  isTest: z.boolean(),
  /** Null when the mail had none, or subjects are hidden. */
  subject: z.string().nullable(),
  sizeBytes: z.number().int(),
  recipients: z.array(z.string()),
  acceptedAt: timestamp,
  sentAt: timestamp.nullable(),
  /** When it is tried next. */
  nextAttemptAt: timestamp.nullable(),
};

export const messageSummary = z.object(summaryFields).meta({ id: 'MessageSummary' });
export type MessageSummary = z.infer<typeof messageSummary>;
export const messagePage = pageOf(messageSummary);

/** One line of a message's story. `kind` is stable, `data` its numbers; `text` is English for scripts and logs. */
export const messageEvent = z
  .object({
    at: timestamp,
    kind: z.string(),
    text: z.string(),
    data: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'MessageEvent' });
export type MessageEvent = z.infer<typeof messageEvent>;

export const attempt = z
  .object({
    number: z.number().int(),
    at: timestamp,
    finishedAt: timestamp.nullable(),
    /** accepted, deferred, rejected, auth_lost, in_doubt, abandoned; null while it runs. */
    outcome: z.string().nullable(),
    /** HTTP or SMTP status of the provider. */
    status: z.number().int().nullable(),
    code: z.string().nullable(),
    text: z.string().nullable(),
    /** A repeat after `in_doubt`: the recipient may get it twice. */
    isRepeat: z.boolean(),
  })
  .meta({ id: 'Attempt' });
export type Attempt = z.infer<typeof attempt>;

export const partRecipient = z
  .object({
    address: z.string(),
    outcome: z.enum(['accepted', 'deferred', 'rejected']),
    status: z.number().int().nullable(),
    code: z.string().nullable(),
    text: z.string().nullable(),
  })
  .meta({ id: 'PartRecipient' });

export const part = z
  .object({
    number: z.number().int(),
    state: messageState,
    /** Whom this part is for: of a mail to more recipients than the provider takes at once, some. */
    addresses: z.array(z.string()),
    sentAt: timestamp.nullable(),
    /** What the upstream said of single recipients; empty where all share the mail's fate. */
    recipients: z.array(partRecipient),
    attempts: z.array(attempt),
  })
  .meta({ id: 'Part' });
export type Part = z.infer<typeof part>;

/** Why a mail waits and about when it goes. */
export const messageWaiting = z
  .object({
    /**
     * `turn`: it is next; `busy`: it might leave, and the relay has not come to it yet; `pace`: the mailbox may send `limit` a minute; `day`: its day's `limit` is used up; `provider`: the provider wants nothing for a while; `retry`, `doubt`: it was tried, and is
     * tried again; `digest`: it is gathered with others for one mail; `spread`: it is as well, and more than half of the day's `limit` is used, so that such mails leave further apart; `quiet`: its device has quiet hours; `held`: it waits for its mailbox, or its owner's word.
     */
    reason: z.enum(['turn', 'busy', 'pace', 'day', 'provider', 'retry', 'doubt', 'digest', 'spread', 'quiet', 'held']),
    /** Mails that leave before it, counted up to 5,000: with as many, `expectedAt` is the earliest. */
    before: z.number().int().nullable(),
    /** Mails a minute that the mailbox may send; for `day` and `spread`, what its provider lets it send in 24 hours: mails at Google, recipients at Microsoft. */
    limit: z.number().nullable(),
    /** About. */
    expectedAt: timestamp.nullable(),
  })
  .meta({ id: 'MessageWaiting' });
export type MessageWaiting = z.infer<typeof messageWaiting>;

/** What can have been changed in a mail before it left, as packages/mail names it. */
export const MAIL_CHANGES = [
  'from.replaced',
  'reply_to.set',
  'recipients.hidden',
  'subject.missing',
  'subject.prefixed',
  'subject.reencoded',
  'date.missing',
  'date.replaced',
  'date.zone_added',
  'message_id.missing',
  'message_id.replaced',
  'mime_version.added',
  'receipt_request.removed',
  'header.mbox_line_removed',
  'header.reencoded',
  'header.repeated_removed',
  'header.damage_removed',
  'header.cut',
  'content_type.repaired',
  'charset.relabelled',
  'transfer_encoding.relabelled',
  'part.header_ended',
  'part.rewrapped',
  'part.uudecoded',
  'part.binary_encoded',
  'parts.boundary_found',
  'parts.closed',
  'parts.decoded',
  'parts.mixed',
  'parts.reopened',
  'parts.none',
  'file.typed',
  'body.nul_removed',
  'body.unindented',
  'body.line_ends',
  'body.last_line_ended',
  'pictures.smaller',
  'pictures.smaller_wanted',
  'mail.in_parts',
  'mail.wider_form',
  'mail.by_smtp',
  'mail.smtp_off',
  'mail.smtp_failed',
] as const;
export const mailChange = z.enum(MAIL_CHANGES);
export type MailChange = z.infer<typeof mailChange>;

/** A mail that was over what its provider takes at once, as it was handed over. Bytes. */
export const mailFitting = z
  .object({
    fromBytes: z.number().int(),
    toBytes: z.number().int(),
    /** How many of its pictures became smaller. */
    pictures: z.number().int(),
    /** Which of how many mails, where it left in several. */
    slice: z.object({ number: z.number().int(), of: z.number().int() }).nullable().default(null),
  })
  .meta({ id: 'MailFitting' });
export type MailFitting = z.infer<typeof mailFitting>;

/** What a non-delivery report said of one recipient. */
export const bounce = z
  .object({
    at: timestamp,
    /** Null where the report names nobody. */
    address: z.string().nullable(),
    /** `delayed`: the server there goes on trying. */
    action: z.enum(['failed', 'delayed']),
    reason: z.enum(BOUNCE_REASONS),
    /** Enhanced code (RFC 3463). */
    status: z.string().nullable(),
    /** What the server there said, as it said it. */
    text: z.string().nullable(),
  })
  .meta({ id: 'Bounce' });
export type Bounce = z.infer<typeof bounce>;

export const messageDetail = z
  .object({
    ...summaryFields,
    mailFrom: z.string(),
    messageIdHeader: z.string(),
    door: z.string(),
    /** False once the content is destroyed. */
    hasContent: z.boolean(),
    /** Content of a mail that came to a bad end is kept until then. */
    contentUntil: timestamp.nullable(),
    /** Whether sending it again can help: its content is there, it is not on its way already, and it does not have to fail again. */
    canRetry: z.boolean(),
    /** Null when it does not wait. */
    waiting: messageWaiting.nullable(),
    /** The digest that it is in, a message of its own; null: in none. */
    digestId: z.uuid().nullable(),
    /** Of a digest: the mails in it, the oldest first. */
    digested: z.array(
      z.object({ id: z.uuid(), acceptedAt: timestamp, subject: z.string().nullable(), state: messageState }),
    ),
    /** Why it is not sent; null where nothing is wrong. */
    diagnosis: diagnosis.nullable(),
    /** What was changed in it before it left; empty before that. */
    changes: z.array(mailChange),
    /** How it was made small enough; one for each way in which it left. */
    fittings: z.array(mailFitting),
    /** What reports said of its recipients after it was handed over; as far as any came. */
    bounces: z.array(bounce),
    events: z.array(messageEvent),
    parts: z.array(part),
  })
  .meta({ id: 'MessageDetail' });
export type MessageDetail = z.infer<typeof messageDetail>;
