'use client';
import type { TenantDeletions } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useFormatter, useTranslations } from 'next-intl';

/** As many as the api counts. */
const COUNTED = 10_000;

/** What was deleted and is still being erased. */
export function Deletions({ items }: TenantDeletions) {
  const t = useTranslations('settings');
  const format = useFormatter();
  return (
    <Card title={t('deletedTitle')}>
      <div aria-live="polite" className="grid gap-2">
        {items.map(({ id, name, mailsLeft }) => {
          const number = format.number(mailsLeft);
          return (
            <p key={id}>
              {t(mailsLeft >= COUNTED ? 'deletedManyLeft' : 'deletedLeft', { name, count: mailsLeft, number })}
            </p>
          );
        })}
        <p className={items.length ? 'text-ink-soft' : undefined}>{t(items.length ? 'deletedGoesOn' : 'deletedAll')}</p>
      </div>
    </Card>
  );
}
