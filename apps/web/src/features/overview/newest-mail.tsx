'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { StateBadge } from '../messages/state-badge.tsx';
import { Subject } from '../messages/subject.tsx';
import { useDeviceOf } from '../messages/use-device-of.ts';
import { useNewcomers } from '../messages/use-newcomers.ts';
import { ItemLink } from '../shell/item-link.tsx';

/** The last few mails, live. */
export function NewestMail({ messages }: { messages: readonly MessageSummary[] }) {
  const t = useTranslations('overview');
  const deviceOf = useDeviceOf();
  const dates = useDates();
  const isNew = useNewcomers(messages, 'home');
  return (
    <Card title={t('newestTitle')} action={messages.length ? <Link href="/messages">{t('showAll')}</Link> : null}>
      {messages.length ? (
        <ul className="-my-2 divide-y divide-line">
          {messages.map((message) => (
            <li
              key={message.id}
              className={`relative grid gap-x-6 gap-y-1 py-3.5 sm:grid-cols-[1fr_auto] sm:items-center ${isNew(message) ? 'animate-arrive' : ''}`}
            >
              <div className="min-w-0">
                <ItemLink
                  href={`/messages/${message.id}`}
                  className="text-ink no-underline after:absolute after:inset-0"
                >
                  <Subject message={message} />
                </ItemLink>
                <p className="text-sm text-ink-soft">
                  {deviceOf(message)} · {dates.short(message.acceptedAt)}
                </p>
              </div>
              <span>
                <StateBadge message={message} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-ink-soft">{t('newestEmpty')}</p>
      )}
    </Card>
  );
}
