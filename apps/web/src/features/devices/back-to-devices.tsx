'use client';
import { useTranslations } from 'next-intl';
import { BackLink } from '../shell/back-link.tsx';

export function BackToDevices() {
  const t = useTranslations('devices');
  return <BackLink href="/devices" label={t('back')} className="no-print" />;
}
