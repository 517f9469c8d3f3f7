'use client';
import type { ApiKeyMade } from '@hikyaku/contracts';
import { Button, Card, SkeletonRows } from '@hikyaku/ui';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ApiKeyRow } from './api-key-row.tsx';
import { useApiKeys } from './queries.ts';

const ApiKeyForm = dynamic(() => import('./api-key-form.tsx').then((module) => module.ApiKeyForm));
const NewApiKey = dynamic(() => import('./new-api-key.tsx').then((module) => module.NewApiKey));

/** The keys by which programs use the API, and the way to one more. Not for viewers. */
export function ApiKeysCard() {
  const t = useTranslations('apiKeys');
  const common = useTranslations('common');
  const { data, error, refetch } = useApiKeys();
  const [isMaking, setIsMaking] = useState(false);
  // With its secret: here alone, and gone with the card.
  const [made, setMade] = useState<ApiKeyMade | null>(null);
  return (
    <Card title={t('title')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('text')}</p>
        {!data && error ? <LoadFailed error={error} onRetry={refetch} /> : null}
        {!data && !error ? <SkeletonRows count={1} label={common('loading')} /> : null}
        {data?.items.length === 0 ? <p>{t('empty')}</p> : null}
        {data?.items.length ? (
          <ul className="divide-y divide-line">
            {data.items.map((apiKey) => (
              <ApiKeyRow key={apiKey.id} apiKey={apiKey} />
            ))}
          </ul>
        ) : null}
        {made ? (
          <NewApiKey made={made} onClose={() => setMade(null)} />
        ) : isMaking ? (
          <ApiKeyForm
            onMade={(one) => {
              setMade(one);
              setIsMaking(false);
            }}
            onCancel={() => setIsMaking(false)}
          />
        ) : data ? (
          <Button tone="secondary" onClick={() => setIsMaking(true)} className="justify-self-start max-sm:w-full">
            {t('make')}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}
