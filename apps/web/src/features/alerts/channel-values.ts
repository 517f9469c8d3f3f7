import type { AlertChannelCreate, ChannelKind } from '@hikyaku/contracts';

/** Every field that a channel can have; which count depends on its kind. */
export interface ChannelValues {
  kind: ChannelKind;
  name: string;
  language: 'ja' | 'en';
  url: string;
  botToken: string;
  chatId: string;
  channelToken: string;
  to: string;
  mailboxId: string;
  username: string;
  password: string;
  topic: string;
}

/** The fields of each kind, in the order in which its service shows them. */
export const CHANNEL_FIELDS = {
  mail: [],
  mailbox: ['mailboxId'],
  webhook: ['url'],
  slack: ['url'],
  discord: ['url'],
  teams: ['url'],
  telegram: ['botToken', 'chatId'],
  line: ['channelToken', 'to'],
  mqtt: ['url', 'username', 'password', 'topic'],
} as const satisfies Record<ChannelKind, readonly (keyof ChannelValues)[]>;

/** Fields that may stay empty. */
export const OPTIONAL_FIELDS: readonly string[] = ['username', 'password', 'topic'];

export function toChannelBody(values: ChannelValues): AlertChannelCreate {
  const { kind, name, language } = values;
  const own = Object.fromEntries(
    CHANNEL_FIELDS[kind]
      .map((field) => [field, values[field].trim()] as const)
      .filter(([field, value]) => value !== '' || !OPTIONAL_FIELDS.includes(field)),
  );
  return { kind, name: name.trim(), language, ...own } as AlertChannelCreate;
}
