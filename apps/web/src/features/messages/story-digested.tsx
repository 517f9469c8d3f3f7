'use client';
import type { MessageDetail } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { ItemLink } from '../shell/item-link.tsx';

/** Of a digest: the mails in it, each with its own page. */
export function StoryDigested({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const log = useTranslations('messages');
  const dates = useDates();
  const { digested } = message;
  if (digested.length === 0) return null;
  return (
    <Card title={t('digestedTitle', { count: digested.length })}>
      <ul
        className="grid max-h-96 divide-y divide-line overflow-y-auto"
        aria-label={t('digestedTitle', { count: digested.length })}
      >
        {digested.map(({ id, acceptedAt, subject }) => (
          <li key={id} className="flex flex-wrap items-baseline gap-x-3 py-2">
            <time dateTime={acceptedAt} className="text-sm text-ink-soft tabular-nums">
              {dates.full(acceptedAt)}
            </time>
            <ItemLink href={`/messages/${id}`} className="min-w-0 break-words">
              {subject ?? log('noSubject')}
            </ItemLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}
