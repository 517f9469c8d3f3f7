'use client';
import { Notice } from '@hikyaku/ui';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { PROVIDER_NAMES } from './provider-names.ts';
import { RefusalNotice } from './refusal-notice.tsx';
import { useWayBack } from './use-way-back.ts';

/** What came of a way to a provider that was to be linked: above all else on the page to which it comes back. */
export function LinkResult() {
  const t = useTranslations('outside');
  const { isLinked, provider } = useWayBack();
  if (!isLinked) return <RefusalNotice isLink />;
  return (
    <Notice tone="ok" icon={<CircleCheck aria-hidden="true" className="size-5" />}>
      {t('linked', { provider: PROVIDER_NAMES[provider] })}
    </Notice>
  );
}
