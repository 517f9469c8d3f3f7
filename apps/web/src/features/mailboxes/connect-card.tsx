'use client';
import { Card } from '@hikyaku/ui';
import { ShieldCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ConnectButtons } from './connect-buttons.tsx';

/** Connecting a mailbox; where there is none yet, with a word on which. */
export function ConnectCard({ isFirst }: { isFirst: boolean }) {
  const t = useTranslations('mailboxes');
  return (
    <Card title={isFirst ? t('firstTitle') : t('connectTitle')}>
      {isFirst ? <p className="mb-4 text-ink-soft">{t('firstText')}</p> : null}
      <ConnectButtons />
      <p className="mt-4 flex gap-2.5 text-sm text-ink-soft">
        <ShieldCheck aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-ok" />
        {t('connectText')}
      </p>
    </Card>
  );
}
