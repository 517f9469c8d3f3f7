'use client';
import { Button, EmptyState } from '@hikyaku/ui';
import { Unplug } from 'lucide-react';
import { useTranslations } from 'next-intl';

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('common');
  return (
    <main className="mx-auto max-w-xl px-4 py-16">
      <EmptyState
        level={1}
        icon={<Unplug aria-hidden="true" className="size-6" />}
        title={t('crashTitle')}
        action={<Button onClick={reset}>{t('retry')}</Button>}
      >
        {t('crashText')}
      </EmptyState>
    </main>
  );
}
