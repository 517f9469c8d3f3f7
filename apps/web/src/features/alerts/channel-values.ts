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
} as const satisfies Record<ChannelKind, readonly (keyof ChannelValues)[]>;

export function toChannelBody(values: ChannelValues): AlertChannelCreate {
  const { kind, name, language } = values;
  const own = Object.fromEntries(CHANNEL_FIELDS[kind].map((field) => [field, values[field].trim()]));
  return { kind, name: name.trim(), language, ...own } as AlertChannelCreate;
}
