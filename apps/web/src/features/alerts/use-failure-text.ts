'use client';
import type { AlertChannel } from '@hikyaku/contracts';
import { useTranslations } from 'next-intl';

/** What keeps a channel from telling and what to do about it, in words that fit its kind. */
export function useFailureText({ kind }: Pick<AlertChannel, 'kind'>) {
  const t = useTranslations('alerts');
  return (failure: NonNullable<AlertChannel['failure']>): string => {
    if (kind === 'push' && failure === 'gone') return t('pushGone');
    // Its receiver is a program of the owner's own: there is no chat to look at.
    if (kind === 'webhook' && failure === 'refused') return t('webhookRefused');
    return t(`failure.${failure}`);
  };
}
