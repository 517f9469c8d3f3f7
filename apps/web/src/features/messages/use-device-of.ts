'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { useTranslations } from 'next-intl';

/** What stands where a mail's device is named: also for one that is gone, and for mail that is of none. */
export function useDeviceOf(): (message: Pick<MessageSummary, 'deviceId' | 'deviceName'>) => string {
  const t = useTranslations('messages');
  return (message) => message.deviceName ?? (message.deviceId === null ? t('ownMail') : t('unknownDevice'));
}
