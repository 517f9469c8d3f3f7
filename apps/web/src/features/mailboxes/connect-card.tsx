'use client';
import { APP_ONLY_RETURN_PATH } from '@hikyaku/contracts/app-only-path';
import { Card } from '@hikyaku/ui';
import { ShieldCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMe } from '../session/me-context.tsx';
import { ConnectButtons } from './connect-buttons.tsx';

/** Connecting a mailbox; where there is none yet, with a word on which. */
export function ConnectCard({ isFirst }: { isFirst: boolean }) {
  const t = useTranslations('mailboxes');
  const { providers } = useMe();
  return (
    <Card title={isFirst ? t('firstTitle') : t('connectTitle')}>
      {isFirst ? <p className="mb-4 text-ink-soft">{t('firstText')}</p> : null}
      <ConnectButtons isFirst={isFirst} />
      {providers.microsoft ? (
        <Link href={APP_ONLY_RETURN_PATH} className="mt-4 inline-flex min-h-11 items-center font-semibold">
          {t('connectAppOnly')}
        </Link>
      ) : null}
      <p className="mt-4 flex gap-2.5 text-sm text-ink-soft">
        <ShieldCheck aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-ok" />
        {t('connectText')}
      </p>
    </Card>
  );
}
