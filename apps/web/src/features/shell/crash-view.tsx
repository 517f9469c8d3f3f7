'use client';
import { Button, EmptyState } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import { useTranslations } from 'next-intl';

/** In place of what broke while it was drawn. */
export function CrashView({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations('common');
  const client = useQueryClient();
  const retry = () => {
    // What it could not draw is asked for anew.
    client.clear();
    onRetry();
  };
  return (
    <EmptyState
      level={1}
      icon={<Unplug aria-hidden="true" className="size-6" />}
      title={t('crashTitle')}
      action={<Button onClick={retry}>{t('retry')}</Button>}
    >
      {t('crashText')}
    </EmptyState>
  );
}
