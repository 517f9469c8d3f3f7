'use client';
import { classNames, Mark } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

/** `isShort`: the mark alone where a phone's header has more to show. */
export function Wordmark({ isShort = false }: { isShort?: boolean }) {
  const t = useTranslations('shell');
  return (
    <Link href="/" className="flex min-h-11 shrink-0 items-center gap-2.5 rounded-md text-ink no-underline">
      <Mark size={34} />
      <span className={classNames('text-lg font-bold tracking-tight', isShort && 'max-sm:sr-only')}>{t('brand')}</span>
    </Link>
  );
}
