'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { classNames } from '@hikyaku/ui';
import Link from 'next/link';
import { useDates } from '../../i18n/use-dates.ts';
import { RowChunks } from './row-chunks.tsx';
import { StateBadge } from './state-badge.tsx';
import { Subject, useRecipientText } from './subject.tsx';
import { useDeviceOf } from './use-device-of.ts';

interface MessageCardsProps {
  messages: readonly MessageSummary[];
  hasDevice: boolean;
  isNew: (message: MessageSummary) => boolean;
}

/** The delivery log on a phone: the whole card is the link. */
export function MessageCards({ messages, hasDevice, isNew }: MessageCardsProps) {
  const dates = useDates();
  const deviceOf = useDeviceOf();
  const recipientText = useRecipientText();
  return (
    <div className="grid gap-3">
      <RowChunks rows={messages}>
        {(chunk, { ref, spacerPx }) => (
          <ul ref={ref} className="grid gap-3">
            {spacerPx === null ? (
              chunk.map((message) => (
                <li
                  key={message.id}
                  className={classNames(
                    'relative grid gap-1.5 rounded-lg border border-line bg-surface p-4 shadow-lift',
                    isNew(message) && 'animate-arrive',
                  )}
                >
                  <div className="flex items-baseline justify-between gap-3 text-sm text-ink-soft">
                    <span className="min-w-0 truncate">{hasDevice ? deviceOf(message) : null}</span>
                    <time dateTime={message.acceptedAt} className="shrink-0 tabular-nums">
                      {dates.short(message.acceptedAt)}
                    </time>
                  </div>
                  <Link href={`/messages/${message.id}`} className="text-ink no-underline after:absolute after:inset-0">
                    <Subject message={message} />
                  </Link>
                  <p className="text-sm text-ink-soft">{recipientText(message.recipients)}</p>
                  <div className="mt-1">
                    <StateBadge message={message} />
                  </div>
                </li>
              ))
            ) : (
              <li style={{ height: spacerPx }} />
            )}
          </ul>
        )}
      </RowChunks>
    </div>
  );
}
