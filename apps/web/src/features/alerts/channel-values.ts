import type { AlertChannelCreate, ChannelKind } from '@hikyaku/contracts';
import type { PushSubscriptionBody } from './subscribe-browser.ts';

/** Every field that a channel can have; which count depends on its kind. */
export interface ChannelValues {
  kind: ChannelKind;
  name: string;
  language: 'ja' | 'en';
  url: string;
  botToken: string;
  chatId: string;
  channelId: string;
  channelToken: string;
  to: string;
  mailboxId: string;
  username: string;
  password: string;
  topic: string;
  /** Of this browser, once its person has agreed. */
  subscription: PushSubscriptionBody | null;
}

/** The fields of each kind, in the order in which its service shows them. */
export const CHANNEL_FIELDS = {
  mail: [],
  mailbox: ['mailboxId'],
  webhook: ['url'],
  slack: ['url'],
  slack_bot: ['botToken', 'channelId'],
  discord: ['url'],
  teams: ['url'],
  telegram: ['botToken', 'chatId'],
  line: ['channelToken', 'to'],
  mqtt: ['url', 'username', 'password', 'topic'],
  push: [],
} as const satisfies Record<ChannelKind, readonly Exclude<keyof ChannelValues, 'subscription'>[]>;

/** Fields that may stay empty. */
export const OPTIONAL_FIELDS: readonly string[] = ['username', 'password', 'topic'];

export function toChannelBody(values: ChannelValues): AlertChannelCreate {
  const { kind, name, language } = values;
  const own = Object.fromEntries(
    CHANNEL_FIELDS[kind]
      .map((field) => [field, values[field].trim()] as const)
      .filter(([field, value]) => value !== '' || !OPTIONAL_FIELDS.includes(field)),
  );
  const pushed = kind === 'push' ? { subscription: values.subscription } : {};
  return { kind, name: name.trim(), language, ...own, ...pushed } as AlertChannelCreate;
}
