'use client';
import { Button, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import { Ago } from '../../i18n/ago.tsx';
import { useDates } from '../../i18n/use-dates.ts';
import { PasswordStep } from './password-step.tsx';

interface WayInRowProps {
  /** Whose words it speaks in. */
  words: 'passkeys' | 'outside';
  wayIn: { createdAt: string; lastUsedAt: string | null };
  /** As its removal names it. */
  name: string;
  mark?: ReactNode;
  /** How it is shown. */
  children: ReactNode;
  onRemove: (password: string) => Promise<unknown>;
}

/** One way to sign in beside the password: since when it is there, when it was used last, and its removal, which asks for the password. */
export function WayInRow({ words, wayIn, name, mark, children, onRemove }: WayInRowProps) {
  const t = useTranslations(words);
  const dates = useDates();
  const showToast = useToast();
  const [isLeaving, setIsLeaving] = useState(false);
  const { createdAt, lastUsedAt } = wayIn;
  return (
    <li className="grid gap-4 py-3">
      <div className="flex items-center justify-between gap-4">
        <div className="flex min-w-0 items-center gap-3">
          {mark}
          <div className="grid min-w-0 gap-0.5">
            <span className="font-semibold wrap-anywhere">{children}</span>
            <span className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
              <span>{t('since', { day: dates.day(createdAt) })}</span>
              <span>{lastUsedAt ? t.rich('lastUsed', { ago: () => <Ago at={lastUsedAt} /> }) : t('neverUsed')}</span>
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
            await onRemove(password);
            showToast('ok', t('removed'));
          }}
        />
      ) : null}
    </li>
  );
}
