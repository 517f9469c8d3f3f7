'use client';
import { buttonClass, EmptyState } from '@hikyaku/ui';
import { Signpost } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

export function NotFoundView() {
  const t = useTranslations('common');
  return (
    <EmptyState
      icon={<Signpost aria-hidden="true" className="size-6" />}
      title={t('notFoundTitle')}
      action={
        <Link href="/" className={buttonClass()}>
          {t('goHome')}
        </Link>
      }
    >
      {t('notFoundText')}
    </EmptyState>
  );
}
