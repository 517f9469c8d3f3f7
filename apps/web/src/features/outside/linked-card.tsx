'use client';
import type { OAuthProviderName } from '@hikyaku/contracts';
import { Button, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useInstance } from '../session/queries.ts';
import { PasswordStep } from '../settings/password-step.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { LinkedRow } from './linked-row.tsx';
import { ProviderMark } from './provider-mark.tsx';
import { PROVIDER_NAMES } from './provider-names.ts';
import { linkSignIn, useLinkedSignIns } from './queries.ts';

/** The sign-ins at providers that an account has, and the way to one more. Nothing where none is set up. */
export function LinkedCard() {
  const t = useTranslations('outside');
  const { data: instance } = useInstance();
  const { data, error } = useLinkedSignIns();
  const [adding, setAdding] = useState<OAuthProviderName | null>(null);
  const offered = instance?.signInWith ?? [];
  if (!offered.length && !data?.length) return null;
  return (
    <Card title={t('title')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('text')}</p>
        <ProblemNotice error={error} />
        {data?.length ? (
          <ul className="divide-y divide-line">
            {data.map((linked) => (
              <LinkedRow key={linked.id} linked={linked} />
            ))}
          </ul>
        ) : null}
        {adding ? (
          <PasswordStep
            hint={t('linkHint', { provider: PROVIDER_NAMES[adding] })}
            submitLabel={t('linkConfirm', { provider: PROVIDER_NAMES[adding] })}
            onCancel={() => setAdding(null)}
            onPassword={(password) => linkSignIn({ provider: adding, password })}
          />
        ) : (
          <div className="flex flex-wrap gap-3">
            {offered.map((provider) => (
              <Button key={provider} tone="secondary" onClick={() => setAdding(provider)} className="max-sm:w-full">
                <ProviderMark provider={provider} />
                {t('link', { provider: PROVIDER_NAMES[provider] })}
              </Button>
            ))}
          </div>
        )}
      </div>
    </Card>
  );
}
