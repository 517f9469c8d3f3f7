'use client';
import type { MessageDetail } from '@hikyaku/contracts';
import { Badge, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';

/** Whom a mail did not reach after it was handed over, why, and what its owner can do. */
export function StoryBounces({ bounces }: { bounces: MessageDetail['bounces'] }) {
  const t = useTranslations('bounces');
  const dates = useDates();
  if (!bounces.length) return null;
  return (
    <Card title={t('storyTitle')}>
      <ul className="divide-y divide-line">
        {bounces.map(({ at, address, action, reason, text }) => (
          <li key={`${at} ${address} ${action}`} className="grid gap-1.5 py-3 first:pt-0 last:pb-0">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <span className="font-semibold wrap-anywhere">{address ?? t('someRecipient')}</span>
              <Badge tone={action === 'failed' ? 'bad' : 'warn'}>
                {t(`action.${action}`, { when: dates.short(at) })}
              </Badge>
            </span>
            <p>{t(`reason.${reason}.what`)}</p>
            <p className="text-ink-soft">{t(`reason.${reason}.todo`)}</p>
            {text ? (
              <p lang="en" className="font-mono text-xs wrap-anywhere text-ink-soft">
                {text}
              </p>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
