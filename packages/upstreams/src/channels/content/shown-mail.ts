import type { ContentChannelKind } from '@hikyaku/core';
import type { ShownMail } from '@hikyaku/mail';
import { type ChannelAnswer, type ChannelRequest, type ConfigOf, cutText } from '../channel.ts';

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

/** Signs that turn the direction of what stands behind them, beyond the words that brought them. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Who and what: device and subject, cut at `max` UTF-16 units. `mask`: for a receiver that reads markup in it. */
export function shownText({ sender, subject }: ShownMail, max: number, mask = (text: string) => text): string {
  const text = [sender, subject].filter(Boolean).join(': ').replace(TURNS, '');
  return cutText(mask(text) || '📷', max);
}
