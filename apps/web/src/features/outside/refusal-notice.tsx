'use client';
import { Notice } from '@hikyaku/ui';
import { CircleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { PROVIDER_NAMES } from './provider-names.ts';
import { useWayBack } from './use-way-back.ts';

/** Why a way to a provider came back without a sign-in, and what to do. */
export function RefusalNotice({ isLink = false }: { isLink?: boolean }) {
  const t = useTranslations('outside');
  const { refused, provider } = useWayBack();
  if (!refused) return null;
  return (
    <Notice
      tone="warn"
      isAlert
      icon={<CircleAlert aria-hidden="true" className="size-5" />}
      title={t(isLink ? 'linkRefusedTitle' : 'refusedTitle')}
    >
      {t(`refusals.${refused}`, { provider: PROVIDER_NAMES[provider] })}
    </Notice>
  );
}
