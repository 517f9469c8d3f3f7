import type { AlertSubject, AlertTelling, ChannelFailure, ChannelKind } from '@hikyaku/core';
import type { PushKeys } from './push/encrypt.ts';

/** Where a channel tells, with its secrets; sealed wherever it is kept. */
export type ChannelConfig =
  | { kind: 'mail'; address: string }
  /** By this mailbox of the tenant's own, or by another one where it cannot send. */
  | { kind: 'mailbox'; mailboxId: string; address: string }
  /** `secrets`: the newest first; an older one signs too until `until` (milliseconds since 1970). */
  | { kind: 'webhook'; url: string; secrets: { secret: string; until?: number }[] }
  | { kind: 'slack' | 'discord' | 'teams'; url: string }
  | { kind: 'telegram'; botToken: string; chatId: string }
  /** A bot of the tenant's own, which takes pictures as an incoming webhook (`slack`) does not. */
  | { kind: 'slack_bot'; botToken: string; channelId: string }
  | { kind: 'line'; channelToken: string; to: string }
  /** `topic`: what those of ours begin with. */
  | { kind: 'mqtt'; url: string; username: string | null; password: string | null; topic: string }
  /** A browser's subscription: its push service's address is a secret. */
  | { kind: 'push'; endpoint: string; keys: PushKeys };

/** One line of a message: an alert, in words of its reader's language. */
export interface NoteItem {
  /** Null: a test of the channel. */
  alertId: string | null;
  code: string;
  telling: AlertTelling | 'test';
  severity: 'error' | 'warning' | 'info';
  subject: { kind: AlertSubject; id: string; name: string } | null;
  title: string;
  advice: string;
  /** The dashboard's page of what it is about. */
  url: string;
  /** ISO 8601. */
  openedAt: string | null;
  count: number | null;
}

/** What is told at once. A repeat has the same `id`, so that a receiver can leave it out. */
export interface Note {
  id: string;
  at: Date;
  title: string;
  items: NoteItem[];
  /** The dashboard's page of what the one alert is about, or of alerts. */
  link: string;
}

export interface ChannelRequest {
  url: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

export interface ChannelAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  /** The first few kilobytes. */
  text: string;
}

export type ChannelResult =
  | { isTold: true; status: number | null }
  | { isTold: false; failure: ChannelFailure; status: number | null; retryAfterMs?: number };

/** How one kind of channel is asked over HTTP, by its own documents. Adding a channel: a kind in core's CHANNEL_KINDS, a format here, a form in the web. */
export interface ChannelFormat<Config extends ChannelConfig> {
  requestOf(config: Config, note: Note): ChannelRequest;
  /** What the kind says otherwise than by its status; undefined: the status alone counts. */
  resultOf?(answer: ChannelAnswer): ChannelResult | undefined;
}

export type ConfigOf<Kind extends ChannelKind> = Extract<ChannelConfig, { kind: Kind }>;

const MARKS = { began: '⚠', goes_on: '⚠', ended: '✓', test: '✓' } as const;

/** A mail is not a chat, but nobody reads more. */
export const MAX_MAIL_CHARACTERS = 20_000;

/** Words as they are. */
const plain = (text: string): string => text;

/** The message as text, cut at `max` UTF-16 units: the most that a receiver takes. `mask`: for one that reads markup in it. */
export function noteText(note: Note, max: number, mask = plain): string {
  const end = `\n\n${note.link}`;
  return `${noteBody(note, max - end.length, mask)}${end}`;
}

/** The same without its link. */
export function noteBody({ title, items }: Note, max: number, mask = plain): string {
  const lines = items.map((item) => mask(`${MARKS[item.telling]} ${item.title}\n${item.advice}`.trim()));
  return cutText(items.length === 1 ? lines[0]! : [mask(title), ...lines].join('\n\n'), max);
}

/** At most `max` UTF-16 units, no sign of them halved. */
export const cutText = (text: string, max: number): string =>
  text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text;
