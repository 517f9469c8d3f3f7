'use client';
import { Button, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Ago } from '../../i18n/ago.tsx';
import { useDates } from '../../i18n/use-dates.ts';
import { PasswordStep } from '../settings/password-step.tsx';
import { type Passkey, useRemovePasskey } from './queries.ts';

/** One passkey: since when it is there, when it was used last, and its removal, which asks for the password. */
export function PasskeyRow({ passkey }: { passkey: Passkey }) {
  const t = useTranslations('passkeys');
  const dates = useDates();
  const showToast = useToast();
  const remove = useRemovePasskey();
  const [isLeaving, setIsLeaving] = useState(false);
  const name = passkey.name ?? t('unnamed');
  return (
    <li className="grid gap-4 py-3">
      <div className="flex items-center justify-between gap-4">
        <div className="grid min-w-0 gap-0.5">
          <bdi className="font-semibold wrap-anywhere">{name}</bdi>
          <span className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
            <span>{t('since', { day: dates.day(passkey.createdAt) })}</span>
            <span>
              {passkey.lastUsedAt
                ? t.rich('lastUsed', { ago: () => <Ago at={passkey.lastUsedAt ?? passkey.createdAt} /> })
                : t('neverUsed')}
            </span>
          </span>
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
            await remove({ id: passkey.id, password });
            showToast('ok', t('removed'));
          }}
        />
      ) : null}
    </li>
  );
}
