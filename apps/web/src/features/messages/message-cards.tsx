'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { classNames } from '@hikyaku/ui';
import { useDates } from '../../i18n/use-dates.ts';
import { ItemLink } from '../shell/item-link.tsx';
import { StateBadge } from './state-badge.tsx';
import { Subject, useRecipientText } from './subject.tsx';

interface MessageCardsProps {
  messages: readonly MessageSummary[];
  isNew: (message: MessageSummary) => boolean;
}

/** A few mails of one device; the whole card is the link. */
export function MessageCards({ messages, isNew }: MessageCardsProps) {
  const dates = useDates();
  const recipientText = useRecipientText();
  return (
    <ul className="grid gap-3">
      {messages.map((message) => (
        <li
          key={message.id}
          className={classNames(
            'relative grid gap-1.5 rounded-lg border border-line bg-surface p-4 shadow-lift',
            isNew(message) && 'animate-arrive',
          )}
        >
          <time dateTime={message.acceptedAt} className="justify-self-end text-sm text-ink-soft tabular-nums">
            {dates.short(message.acceptedAt)}
          </time>
          <ItemLink href={`/messages/${message.id}`} className="text-ink no-underline after:absolute after:inset-0">
            <Subject message={message} />
          </ItemLink>
          <p className="text-sm wrap-anywhere text-ink-soft">{recipientText(message.recipients)}</p>
          <div className="mt-1">
            <StateBadge message={message} />
          </div>
        </li>
      ))}
    </ul>
  );
}
