'use client';
import type { ApiKey } from '@hikyaku/contracts';
import { Badge, Button } from '@hikyaku/ui';
import { useNow, useTranslations } from 'next-intl';
import { useState } from 'react';
import { Ago } from '../../i18n/ago.tsx';
import { useDates } from '../../i18n/use-dates.ts';
import { RemoveApiKey } from './remove-api-key.tsx';

/** One key: what it may do, whose it is, whether anything uses it, and its removal. */
export function ApiKeyRow({ apiKey }: { apiKey: ApiKey }) {
  const t = useTranslations('apiKeys');
  const dates = useDates();
  const now = useNow();
  const [isRemoving, setIsRemoving] = useState(false);
  const { name, scope, hint, madeBy, createdAt, lastUsedAt, expiresAt } = apiKey;
  const hasEnded = expiresAt !== null && new Date(expiresAt) <= now;
  return (
    <li className="grid gap-1 py-3">
      <div className="flex items-start justify-between gap-4">
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <bdi className="font-semibold wrap-anywhere">{name}</bdi>
          <Badge>{t(`scope.${scope}`)}</Badge>
          {hasEnded ? <Badge tone="warn">{t('ended')}</Badge> : null}
        </div>
        <Button
          tone="secondary"
          size="sm"
          onClick={() => setIsRemoving(true)}
          aria-label={t('removeOf', { name })}
          className="shrink-0"
        >
          {t('remove')}
        </Button>
      </div>
      <div className="flex flex-wrap gap-x-3 gap-y-1 text-sm text-ink-soft">
        <code className="break-all">{hint}…</code>
        {madeBy === null ? null : (
          <span className="wrap-anywhere">
            {t.rich('madeBy', { who: () => <bdi>{madeBy}</bdi>, day: dates.day(createdAt) })}
          </span>
        )}
        <span>{lastUsedAt ? t.rich('lastUsed', { ago: () => <Ago at={lastUsedAt} /> }) : t('neverUsed')}</span>
        <span>{expiresAt ? t(hasEnded ? 'endedOn' : 'endsOn', { day: dates.day(expiresAt) }) : t('noEnd')}</span>
      </div>
      {madeBy === null ? <p className="text-sm font-semibold text-warn">{t('orphaned')}</p> : null}
      <RemoveApiKey apiKey={apiKey} isOpen={isRemoving} onOpenChange={setIsRemoving} />
    </li>
  );
}
