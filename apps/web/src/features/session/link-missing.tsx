'use client';
import { Notice } from '@hikyaku/ui';
import { CircleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';

/** A page that was opened without its mail's link. */
export function LinkMissing() {
  const t = useTranslations('session');
  return (
    <Notice tone="warn" icon={<CircleAlert aria-hidden="true" className="size-5" />} title={t('noTokenTitle')}>
      {t('noTokenText')}
    </Notice>
  );
}
