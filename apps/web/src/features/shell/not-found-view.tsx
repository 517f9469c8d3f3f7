'use client';
import { buttonClass, EmptyState } from '@hikyaku/ui';
import { Signpost } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

/** In place of a whole page. */
export function NotFoundView() {
  const t = useTranslations('common');
  return (
    <EmptyState
      level={1}
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
