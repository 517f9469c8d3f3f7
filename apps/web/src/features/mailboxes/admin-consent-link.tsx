'use client';
import type { AdminConsent } from '@hikyaku/contracts';
import { CopyField } from '@hikyaku/ui';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

/** The code whose remedy this is. */
export const NEEDS_ADMIN = 'upstream.admin_consent';

/** The link with which an administrator approves the relay: the owner passes it on, since few of them are one themselves. */
export function AdminConsentLink() {
  const t = useTranslations('mailboxes');
  const common = useTranslations('common');
  const { data } = useQuery({
    queryKey: keys.adminConsent,
    queryFn: ({ signal }) => request<AdminConsent>('GET', '/api/v1/mailboxes/admin-consent', undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return null;
  return (
    <div className="mt-3">
      <CopyField
        label={t('adminLink')}
        value={data.url}
        hint={t('adminLinkHint')}
        copyLabel={common('copy')}
        copiedLabel={common('copied')}
      />
    </div>
  );
}
