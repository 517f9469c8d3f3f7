'use client';
import { buttonClass, Card } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMe } from '../session/me-context.tsx';

/** The way out; for the owner alone. */
export function DeleteAllCard() {
  const t = useTranslations('settings');
  if (useMe().role !== 'owner') return null;
  return (
    <Card title={t('deleteTitle')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('deleteLead')}</p>
        <Link href="/settings/delete" className={buttonClass('secondary', 'md', 'justify-self-start text-bad!')}>
          {t('deleteOpen')}
        </Link>
      </div>
    </Card>
  );
}
