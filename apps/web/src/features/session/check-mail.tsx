'use client';
import { Notice } from '@hikyaku/ui';
import { MailCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';

/** A link is on its way to the address of a sign-up. */
export function CheckMail({ email }: { email: string }) {
  const t = useTranslations('session');
  return (
    <Notice tone="ok" icon={<MailCheck aria-hidden="true" className="size-5" />} title={t('checkMailTitle')}>
      {t('checkMailText', { email })}
    </Notice>
  );
}
