'use client';
import { Button, EmptyState } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { Unplug } from 'lucide-react';
import { useTranslations } from 'next-intl';

/** A script of this page that did not come: the line was away, or the relay was renewed while the page stood open. It is not asked for twice. */
const isPartMissing = (error: Error): boolean => error.name === 'ChunkLoadError';

interface CrashViewProps {
  error: Error;
  onRetry: () => void;
}

/** In place of what broke while it was drawn. */
export function CrashView({ error, onRetry }: CrashViewProps) {
  const t = useTranslations('common');
  const client = useQueryClient();
  const isPart = isPartMissing(error);
  const retry = () => {
    if (isPart) {
      window.location.reload();
      return;
    }
    // What it could not draw is asked for anew.
    client.clear();
    onRetry();
  };
  return (
    <EmptyState
      level={1}
      icon={<Unplug aria-hidden="true" className="size-6" />}
      title={t(isPart ? 'partTitle' : 'crashTitle')}
      action={<Button onClick={retry}>{t('retry')}</Button>}
    >
      {t(isPart ? 'partText' : 'crashText')}
    </EmptyState>
  );
}
