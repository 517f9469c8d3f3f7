'use client';
import type { LinkedSignIn } from '@hikyaku/contracts';
import { Button, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Ago } from '../../i18n/ago.tsx';
import { useDates } from '../../i18n/use-dates.ts';
import { PasswordStep } from '../settings/password-step.tsx';
import { ProviderMark } from './provider-mark.tsx';
import { PROVIDER_NAMES } from './provider-names.ts';
import { useRemoveSignIn } from './queries.ts';

/** One linked sign-in: whose it is there, since when, when it was used last, and its removal, which asks for the password. */
export function LinkedRow({ linked }: { linked: LinkedSignIn }) {
  const t = useTranslations('outside');
  const dates = useDates();
  const showToast = useToast();
  const remove = useRemoveSignIn();
  const [isLeaving, setIsLeaving] = useState(false);
  const name = linked.label ?? PROVIDER_NAMES[linked.provider];
  return (
    <li className="grid gap-4 py-3">
      <div className="flex items-center justify-between gap-4">
        <div className="flex min-w-0 items-center gap-3">
          <ProviderMark provider={linked.provider} />
          <div className="grid min-w-0 gap-0.5">
            <span className="font-semibold wrap-anywhere">
              {PROVIDER_NAMES[linked.provider]}
              {linked.label ? (
                <>
                  {' · '}
                  <bdi className="font-normal">{linked.label}</bdi>
                </>
              ) : null}
            </span>
            <span className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
              <span>{t('since', { day: dates.day(linked.createdAt) })}</span>
              <span>
                {linked.lastUsedAt
                  ? t.rich('lastUsed', { ago: () => <Ago at={linked.lastUsedAt ?? linked.createdAt} /> })
                  : t('neverUsed')}
              </span>
            </span>
          </div>
        </div>
        {isLeaving ? null : (
          <Button
            tone="secondary"
            size="sm"
            onClick={() => setIsLeaving(true)}
            aria-label={t('removeOf', { name })}
            className="shrink-0"
          >
            {t('remove')}
          </Button>
        )}
      </div>
      {isLeaving ? (
        <PasswordStep
          hint={t('removeHint')}
          submitLabel={t('removeConfirm')}
          onCancel={() => setIsLeaving(false)}
          onPassword={async (password) => {
            await remove({ id: linked.id, password });
            showToast('ok', t('removed'));
          }}
        />
      ) : null}
    </li>
  );
}
