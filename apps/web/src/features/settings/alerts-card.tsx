'use client';
import { buttonClass, Card } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

/** The way to alerts on a phone, whose menu has no room for them. */
export function AlertsCard() {
  const t = useTranslations('alerts');
  const settings = useTranslations('settings');
  return (
    <Card title={t('title')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('lead')}</p>
        <Link href="/alerts" className={buttonClass('secondary', 'md', 'justify-self-start max-sm:w-full')}>
          {settings('openAlerts')}
        </Link>
      </div>
    </Card>
  );
}
