'use client';
import { Mark } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

export function Wordmark() {
  const t = useTranslations('shell');
  return (
    <Link href="/" className="flex min-h-11 shrink-0 items-center gap-2.5 rounded-md text-ink no-underline">
      <Mark size={34} />
      <span className="text-lg font-bold tracking-tight">{t('brand')}</span>
    </Link>
  );
}
