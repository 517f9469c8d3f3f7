import { ALERTS, type AlertCode, CHANNEL_FAILURES, CHANNEL_KINDS } from '@hikyaku/core/alerts';
import { z } from 'zod';
import { hour, isTimeZone } from './device-policy.ts';
import { pageOf, pageQuery, timestamp } from './paging.ts';

/** Core's table of alerts. */
export const alertCode = z.enum(Object.keys(ALERTS) as AlertCode[]);

export const alertQuery = pageQuery.extend({ state: z.enum(['open', 'all']).default('all') });
export type AlertQuery = z.infer<typeof alertQuery>;

/** Something that goes on, or went on, without having been asked for. Words by Accept-Language (ja, en). */
export const alert = z
  .object({
    id: z.uuid(),
    code: alertCode,
    severity: z.enum(['error', 'warning']),
    /** `name`: null once it was removed for good. */
    subject: z.object({ kind: z.enum(['mailbox', 'device']), id: z.uuid(), name: z.string().nullable() }),
    title: z.string(),
    advice: z.string(),
    /** The dashboard's page where it is seen and mended, as a path. */
    page: z.string(),
    openedAt: timestamp,
    lastAt: timestamp,
    /** Null while it goes on. */
    endedAt: timestamp.nullable(),
    count: z.number().int(),
    /** When it was first told by a channel; null: not yet, or there is none. */
    isTold: z.boolean(),
    seenAt: timestamp.nullable(),
  })
  .meta({ id: 'Alert' });
export type Alert = z.infer<typeof alert>;
export const alertPage = pageOf(alert);

export type { ChannelKind } from '@hikyaku/core/alerts';
export const channelKind = z.enum(CHANNEL_KINDS);
/** Why a channel took nothing. */
export const channelFailure = z.enum(CHANNEL_FAILURES);

/** Between these hours a channel is silent: what came is told together at the end. `exceptLost`: a mailbox that cannot send is told at once all the same. */
export const channelQuietHours = z
  .object({
    start: hour,
    end: hour,
    timeZone: z.string().max(60).refine(isTimeZone, 'is no time zone'),
    exceptLost: z.boolean(),
  })
  .refine(({ start, end }) => start !== end, { message: 'must differ from its beginning', path: ['end'] })
  .meta({ id: 'ChannelQuietHours' });
export type ChannelQuietHours = z.infer<typeof channelQuietHours>;

/** A way by which alerts are told. Its address and secrets are never shown again. */
export const alertChannel = z
  .object({
    id: z.uuid(),
    kind: channelKind,
    name: z.string(),
    language: z.enum(['ja', 'en']),
    /** An address or a host. */
    target: z.string(),
    createdAt: timestamp,
    lastSentAt: timestamp.nullable(),
    failingSince: timestamp.nullable(),
    failure: channelFailure.nullable(),
    /** What of a mail's own content it may be given, where the owner of a device wants that; null: nothing. */
    content: z.enum(['pictures', 'subject']).nullable(),
    quietHours: channelQuietHours.nullable(),
  })
  .meta({ id: 'AlertChannel' });
export type AlertChannel = z.infer<typeof alertChannel>;

/** Answer of GET /alert-channels; `kinds`: those that this relay has. */
export const alertChannelList = z
  .object({
    items: z.array(alertChannel),
    kinds: z.array(channelKind),
    /** To which a browser binds its subscription (VAPID, base64url); null where none is told. */
    pushKey: z.string().nullable(),
  })
  .meta({ id: 'AlertChannelList' });
export type AlertChannelList = z.infer<typeof alertChannelList>;

const shared = { name: z.string().trim().min(1).max(100), language: z.enum(['ja', 'en']) };
const url = z.url({ protocol: /^https?$/ }).max(2000);
// Of Telegram's and LINE's own documents; what is longer is no token.
const token = z
  .string()
  .trim()
  .min(10)
  .max(500)
  .regex(/^[\x21-\x7e]+$/);

/** As a browser's `PushSubscription.toJSON()` says it. */
const pushSubscription = z.object({
  endpoint: url,
  keys: z.object({
    p256dh: z.string().regex(/^B[\w-]{86}$/),
    auth: z.string().regex(/^[\w-]{22}$/),
  }),
});

/** A scheme, a host and a port alone. */
function isBare(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname, username, pathname, search, hash } = new URL(text);
  return hostname !== '' && username === '' && /^\/?$/.test(pathname) && search + hash === '';
}

/** `mail` and `mailbox` go to the confirmed address of whoever adds it; `mailbox`, without one, to its own address. */
export const alertChannelCreate = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('mail'), ...shared }),
    z.object({ kind: z.literal('mailbox'), ...shared, mailboxId: z.uuid() }),
    z.object({ kind: z.literal('webhook'), ...shared, url }),
    z.object({ kind: z.literal('slack'), ...shared, url }),
    z.object({
      kind: z.literal('slack_bot'),
      ...shared,
      botToken: z
        .string()
        .trim()
        .max(300)
        .regex(/^xoxb-[A-Za-z0-9-]{10,}$/),
      channelId: z
        .string()
        .trim()
        .regex(/^[CGD][A-Z0-9]{6,30}$/),
    }),
    z.object({ kind: z.literal('discord'), ...shared, url }),
    z.object({ kind: z.literal('teams'), ...shared, url }),
    z.object({
      kind: z.literal('telegram'),
      ...shared,
      botToken: z
        .string()
        .trim()
        .max(100)
        .regex(/^\d{5,20}:[A-Za-z0-9_-]{20,80}$/),
      chatId: z
        .string()
        .trim()
        .max(64)
        .regex(/^(-?\d{1,20}|@[A-Za-z0-9_]{4,40})$/),
    }),
    z.object({
      kind: z.literal('line'),
      ...shared,
      channelToken: token,
      to: z
        .string()
        .trim()
        .regex(/^[UCR][0-9a-f]{32}$/),
    }),
    z.object({
      kind: z.literal('mqtt'),
      ...shared,
      url: z
        .url({ protocol: /^mqtts?$/ })
        .max(300)
        .refine((text) => isBare(text), 'has more than a host and a port'),
      username: z.string().trim().max(200).optional(),
      password: z.string().max(500).optional(),
      // 4.7.1: no wildcards, and none of the broker's own.
      topic: z
        .string()
        .trim()
        .max(100)
        .regex(/^[^+#$/\p{Cc}][^+#\p{Cc}]*$/u)
        .refine((topic) => !topic.endsWith('/'))
        .optional(),
    }),
    z.object({ kind: z.literal('push'), ...shared, subscription: pushSubscription }),
  ])
  .meta({ id: 'AlertChannelCreate' });
export type AlertChannelCreate = z.infer<typeof alertChannelCreate>;

/** Body of PATCH /alert-channels/{id}. A field left out stays as it is. */
export const alertChannelUpdate = z
  .strictObject({
    name: shared.name.optional(),
    language: shared.language.optional(),
    quietHours: channelQuietHours.nullable().optional(),
  })
  .meta({ id: 'AlertChannelUpdate' });
export type AlertChannelUpdate = z.infer<typeof alertChannelUpdate>;

/** `secret`: what a webhook's receiver checks signatures with, shown this once; null for other kinds. */
export const alertChannelMade = z
  .object({ channel: alertChannel, secret: z.string().nullable() })
  .meta({ id: 'AlertChannelMade' });
export type AlertChannelMade = z.infer<typeof alertChannelMade>;

/** The old secret signs too until then. */
export const webhookSecret = z.object({ secret: z.string(), oldUntil: timestamp }).meta({ id: 'WebhookSecret' });
export type WebhookSecret = z.infer<typeof webhookSecret>;

/** One telling by a channel. */
export const alertDelivery = z
  .object({
    id: z.uuid(),
    /** Null: a test. */
    alertId: z.uuid().nullable(),
    telling: z.enum(['began', 'goes_on', 'ended', 'test']),
    at: timestamp,
    state: z.enum(['waiting', 'told', 'given_up']),
    tries: z.number().int(),
    sentAt: timestamp.nullable(),
    nextTryAt: timestamp.nullable(),
    failure: channelFailure.nullable(),
    /** HTTP status of the last answer. */
    status: z.number().int().nullable(),
  })
  .meta({ id: 'AlertDelivery' });
export type AlertDelivery = z.infer<typeof alertDelivery>;
export const alertDeliveryList = z.object({ items: z.array(alertDelivery) }).meta({ id: 'AlertDeliveryList' });
export const alertDeliveryRef = z.object({ id: z.uuid() }).meta({ id: 'AlertDeliveryRef' });
