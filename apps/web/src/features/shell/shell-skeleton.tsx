'use client';
import { Mark, Skeleton, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';

/** The frame before we know who is looking. */
export function ShellSkeleton() {
  const t = useTranslations('common');
  return (
    <>
      <header className="border-b border-line">
        <div className="mx-auto flex min-h-16 max-w-7xl items-center px-4 sm:px-6">
          <Mark size={34} />
        </div>
      </header>
      <main className="mx-auto max-w-7xl px-4 pt-8 sm:px-6 md:pl-72">
        <Skeleton className="mb-8 h-9 w-56 max-w-full" />
        <SkeletonRows label={t('loading')} />
      </main>
    </>
  );
}
