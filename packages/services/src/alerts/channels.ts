import { randomBytes } from 'node:crypto';
import type {
  AlertChannel,
  AlertChannelCreate,
  AlertChannelList,
  AlertChannelMade,
  AlertChannelUpdate,
  AlertDelivery,
  WebhookSecret,
} from '@hikyaku/contracts';
import {
  type ChannelFailure,
  type ChannelKind,
  CONTENT_CHANNEL_KINDS,
  isFinalState,
  type MessageState,
  newId,
  RelayError,
} from '@hikyaku/core';
import {
  type AlertChannelRow,
  type AlertDeliveryRow,
  addAuditEntry,
  changeChannel,
  changeChannelConfig,
  closeContentChannel,
  countUse,
  findChannel,
  findDelivery,
  findMailbox,
  insertChannel,
  insertTest,
  listChannels,
  listDeliveries,
  lockTenant,
  removeChannel,
  repeatDelivery,
  retryDelivery,
  updateContentChannel,
} from '@hikyaku/db';
import { arePushKeys, type ChannelConfig, type Channels, writeWebhookSecret } from '@hikyaku/upstreams';
import type { TokenBox } from '@hikyaku/vault';
import { requirePermission } from '../actor.ts';
import { found, requireFields, type ServiceContext } from '../context.ts';

/** Nobody reads more ways than that; each telling is a call of each. */
const MAX_CHANNELS = 10;
/** Tests of all channels of a tenant in an hour. */
const MAX_TESTS = 20;
const TESTS = { name: 'channel_tests', windowMs: 3_600_000 };
/** How long an old secret signs beside the new one: a receiver is changed within a day. */
const OVERLAP_MS = 24 * 3_600_000;
/** Old secrets that still sign: whoever has a new one made that often changes no receiver between. */
const MAX_OLD_SECRETS = 4;
/** Tellings that a channel's page shows. */
const SHOWN_DELIVERIES = 50;

export interface ChannelTools {
  channels: Pick<Channels, 'kinds' | 'takesHttp'>;
  /** Our public key to browsers' push services. */
  pushKey: Buffer;
  tokenBox: Pick<TokenBox, 'seal' | 'open'>;
}

/** They take no files in a message (ADR 0037). */
const SUBJECT_ALONE = ['line', 'slack'];

/** How a mail of ours ends that nobody gets. */
const NEVER_SENT: readonly MessageState[] = ['failed', 'expired', 'cancelled', 'quarantined'];

/** They show a message of an id once: told again as the same one, nothing would come. */
const ONCE_EACH = ['mailbox', 'line'];

/** Of what a channel's configuration is sealed for. */
export const channelContext = (id: string): string => `alert-channel:${id}`;

/** @throws RelayError `api.forbidden` */
export async function listAlertChannels(context: ServiceContext, tools: ChannelTools): Promise<AlertChannelList> {
  requirePermission(context, 'alerts.read');
  const { kinds } = tools.channels;
  const pushKey = kinds.includes('push') ? tools.pushKey.toString('base64url') : null;
  return { items: (await listChannels(context)).map(describeChannel), kinds, pushKey };
}

/** @throws RelayError `api.forbidden`, `api.invalid`, `limit.alert_channels` */
export async function addAlertChannel(
  context: ServiceContext,
  tools: ChannelTools,
  input: AlertChannelCreate,
): Promise<AlertChannelMade> {
  requirePermission(context, 'alerts.change');
  if (!tools.channels.kinds.includes(input.kind)) requireFields({ kind: 'is not set up on this relay' });
  await lockTenant(context);
  const known = input.kind === 'push' && (await findBrowser(context, tools, input.subscription.endpoint));
  if (known) return { channel: describeChannel(known), secret: null };
  if ((await listChannels(context)).length >= MAX_CHANNELS) throw new RelayError('limit.alert_channels');
  const secret = input.kind === 'webhook' ? writeWebhookSecret(randomBytes(32)) : null;
  const config = await configOf(context, tools, input, secret);
  const id = newId(context.now.getTime());
  const row = await insertChannel(context, {
    ...{ id, kind: input.kind, name: input.name, language: input.language, target: targetOf(config) },
    configSealed: tools.tokenBox.seal(channelContext(id), JSON.stringify(config)),
  });
  await audit(context, 'alert_channel.added', id, { kind: input.kind, name: input.name, target: row.target });
  return { channel: describeChannel(row), secret };
}

/** Its name, language or quiet hours. @throws RelayError `api.forbidden`, `api.not_found` */
export async function changeAlertChannel(
  context: ServiceContext,
  id: string,
  change: AlertChannelUpdate,
): Promise<AlertChannel> {
  requirePermission(context, 'alerts.change');
  found((await changeChannel(context, id, change)) || null);
  const row = found(await findChannel(context, id));
  await updateContentChannel(context, id, { name: change.name });
  await audit(context, 'alert_channel.changed', id, { name: row.name, fields: Object.keys(change).join() });
  return describeChannel(row);
}

/** @throws RelayError `api.forbidden`, `api.not_found` */
export async function removeAlertChannel(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'alerts.change');
  const { name, kind } = found(await findChannel(context, id));
  await removeChannel(context, id, context.now);
  await closeContentChannel(context, id, context.now);
  await audit(context, 'alert_channel.removed', id, { kind, name });
}

/** Tells a test by it, in a moment; its id among the channel's tellings. @throws RelayError `api.forbidden`, `api.not_found`, `limit.test_mails` */
export async function testAlertChannel(context: ServiceContext, id: string): Promise<{ id: string }> {
  requirePermission(context, 'alerts.change');
  found(await findChannel(context, id));
  await countTelling(context);
  const deliveryId = newId(context.now.getTime());
  await insertTest(context, deliveryId, id, context.now);
  return { id: deliveryId };
}

/** What was told by it lately, newest first. @throws RelayError `api.forbidden`, `api.not_found` */
export async function listChannelDeliveries(context: ServiceContext, id: string): Promise<{ items: AlertDelivery[] }> {
  requirePermission(context, 'alerts.read');
  found(await findChannel(context, id));
  return { items: (await listDeliveries(context, id, SHOWN_DELIVERIES)).map(describeDelivery) };
}

/** Tells again what was told or given up. @throws RelayError `api.forbidden`, `api.not_found`, `limit.test_mails` */
export async function retellDelivery(context: ServiceContext, id: string): Promise<void> {
  requirePermission(context, 'alerts.change');
  const delivery = found(await findDelivery(context, id));
  const { kind } = found(await findChannel(context, delivery.channelId));
  await countTelling(context);
  // What waits is told anyway.
  if (delivery.sentAt && ONCE_EACH.includes(kind)) await repeatDelivery(context, delivery, context.now);
  else await retryDelivery(context, id, context.now);
}

/** A new secret of a webhook; each old one signs beside it for a day from when it was replaced. @throws RelayError `api.forbidden`, `api.not_found` (also: no webhook) */
export async function rotateWebhookSecret(
  context: ServiceContext,
  tools: ChannelTools,
  id: string,
): Promise<WebhookSecret> {
  requirePermission(context, 'alerts.change');
  // Two who press at once: the second one's old secret is the first one's new one.
  await lockTenant(context);
  const row = found(await findChannel(context, id));
  const config = JSON.parse(tools.tokenBox.open(channelContext(id), Buffer.from(row.configSealed))) as ChannelConfig;
  if (config.kind !== 'webhook') throw new RelayError('api.not_found');
  const secret = writeWebhookSecret(randomBytes(32));
  const until = context.now.getTime() + OVERLAP_MS;
  const old = config.secrets
    .map((one) => ({ secret: one.secret, until: one.until ?? until }))
    .filter((one) => one.until > context.now.getTime());
  const changed: ChannelConfig = { ...config, secrets: [{ secret }, ...old.slice(0, MAX_OLD_SECRETS)] };
  await changeChannelConfig(context, id, tools.tokenBox.seal(channelContext(id), JSON.stringify(changed)));
  await updateContentChannel(context, id, { secretSealed: tools.tokenBox.seal(id, JSON.stringify(changed)) });
  await audit(context, 'alert_channel.secret_rotated', id, { name: row.name });
  return { secret, oldUntil: new Date(until).toISOString() };
}

/** What a person has told by hand. @throws RelayError `limit.test_mails` */
async function countTelling(context: ServiceContext): Promise<void> {
  const retryAfterMs = await countUse(context, { ...TESTS, by: 1, max: MAX_TESTS, now: context.now });
  if (retryAfterMs) throw new RelayError('limit.test_mails', { retryAfterMs });
}

async function configOf(
  context: ServiceContext,
  tools: ChannelTools,
  input: AlertChannelCreate,
  secret: string | null,
): Promise<ChannelConfig> {
  switch (input.kind) {
    case 'mail': {
      const address = context.verifiedAddress;
      if (address === null) requireFields({ kind: 'needs your address to be confirmed first' });
      return { kind: 'mail', address: address! };
    }
    case 'mailbox': {
      const mailbox = await findMailbox(context, input.mailboxId);
      if (!mailbox) requireFields({ mailboxId: 'is unknown' });
      // Where addresses cannot be confirmed it is read where the alerts' own mail is sent from.
      return { kind: 'mailbox', mailboxId: mailbox!.id, address: context.verifiedAddress ?? mailbox!.address };
    }
    case 'telegram':
      return { kind: 'telegram', botToken: input.botToken, chatId: input.chatId };
    case 'slack_bot':
      return { kind: 'slack_bot', botToken: input.botToken, channelId: input.channelId };
    case 'line':
      return { kind: 'line', channelToken: input.channelToken, to: input.to };
    case 'push': {
      const { endpoint, keys } = input.subscription;
      if (!tools.channels.takesHttp && !endpoint.startsWith('https:')) refuseSubscription();
      if (!arePushKeys(keys)) refuseSubscription();
      return { kind: 'push', endpoint, keys };
    }
    case 'mqtt': {
      const { url, topic = 'hikyaku' } = input;
      if (!tools.channels.takesHttp && !url.startsWith('mqtts:')) requireFields({ url: 'must begin with mqtts://' });
      const [username, password] = [input.username || null, input.password || null];
      // MQTT 3.1.1, 3.1.2.9: no password without a name.
      if (password !== null && username === null) requireFields({ username: 'is needed with a password' });
      return { kind: 'mqtt', url, username, password, topic };
    }
    default: {
      if (!tools.channels.takesHttp && !input.url.startsWith('https:'))
        requireFields({ url: 'must begin with https://' });
      return input.kind === 'webhook'
        ? { kind: 'webhook', url: input.url, secrets: [{ secret: secret! }] }
        : { kind: input.kind, url: input.url };
    }
  }
}

const refuseSubscription = (): void => requireFields({ subscription: 'is none of a push service' });

/** The channel of a browser that was added before: it gives the same subscription each time that it is asked. */
async function findBrowser(
  context: ServiceContext,
  tools: ChannelTools,
  endpoint: string,
): Promise<AlertChannelRow | undefined> {
  for (const row of await listChannels(context)) {
    if (row.kind !== 'push') continue;
    const { configSealed } = found(await findChannel(context, row.id));
    const config = JSON.parse(tools.tokenBox.open(channelContext(row.id), Buffer.from(configSealed))) as ChannelConfig;
    if (config.kind === 'push' && config.endpoint === endpoint) return row;
  }
  return undefined;
}

/** What may be shown: the path of such an address is its secret. */
function targetOf(config: ChannelConfig): string {
  if (config.kind === 'mail' || config.kind === 'mailbox') return config.address;
  if (config.kind === 'telegram') return config.chatId;
  if (config.kind === 'slack_bot') return config.channelId;
  if (config.kind === 'push') return new URL(config.endpoint).host;
  return config.kind === 'line' ? `${config.to.slice(0, 5)}…` : new URL(config.url).host;
}

const audit = (context: ServiceContext, action: string, target: string, data: Record<string, string>) =>
  addAuditEntry(context, { actor: context.actor.name, action, target, data });

function describeChannel(row: AlertChannelRow): AlertChannel {
  return {
    id: row.id,
    kind: row.kind as ChannelKind,
    name: row.name,
    language: row.language === 'ja' ? 'ja' : 'en',
    target: row.target,
    createdAt: row.createdAt.toISOString(),
    lastSentAt: row.lastSentAt?.toISOString() ?? null,
    failingSince: row.failingSince?.toISOString() ?? null,
    failure: row.failure as ChannelFailure | null,
    content: CONTENT_CHANNEL_KINDS.some((kind) => kind === row.kind)
      ? SUBJECT_ALONE.includes(row.kind)
        ? 'subject'
        : 'pictures'
      : null,
    quietHours: row.quietHours as AlertChannel['quietHours'],
  };
}

function describeDelivery(row: AlertDeliveryRow & { mailState: MessageState | null }): AlertDelivery {
  const { mailState } = row;
  // Told by a mailbox is durable here; what it came to then is the mail's to say.
  const isOnItsWay = mailState !== null && mailState !== 'digested' && !isFinalState(mailState);
  const isLost = mailState !== null && NEVER_SENT.includes(mailState);
  return {
    id: row.id,
    alertId: row.alertId,
    telling: row.telling as AlertDelivery['telling'],
    at: row.createdAt.toISOString(),
    state: row.dueAt || isOnItsWay ? 'waiting' : row.sentAt && !isLost ? 'told' : 'given_up',
    tries: row.tries,
    sentAt: row.sentAt?.toISOString() ?? null,
    nextTryAt: row.dueAt?.toISOString() ?? null,
    failure: mailState === 'held' ? 'no_mailbox' : (row.failure as ChannelFailure | null),
    status: row.status,
  };
}
