import type { ContentChannelKind } from '@hikyaku/core';
import type { ShownMail } from '@hikyaku/mail';
import type { ChannelAnswer, ChannelRequest, ConfigOf } from '../channel.ts';

/** A mail's own content on its way to a channel. A repeat has the same `id`, so that a receiver can leave it out. */
export interface ContentNote extends ShownMail {
  id: string;
  at: Date;
}

/** How one kind of channel is given a mail's content, by its own documents. */
export interface ContentFormat<Kind extends ContentChannelKind> {
  requestOf(config: ConfigOf<Kind>, note: ContentNote): ChannelRequest;
  /** It had this very message before. */
  wasTaken?(answer: ChannelAnswer): boolean;
}

/** Who and what: device and subject, cut at `max` UTF-16 units. */
export function shownText({ sender, subject }: ShownMail, max: number): string {
  const text = [sender, subject].filter(Boolean).join(': ') || '📷';
  return text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text;
}
