'use client';
import { EmptyState, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { MailX } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useCanEdit, useMe } from '../session/me-context.tsx';
import { BackLink } from '../shell/back-link.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { useSmtpAccess } from './queries.ts';
import { SmtpForm } from './smtp-form.tsx';
import { NO_SMTP, toSmtpValues } from './smtp-values.ts';
import { useSmtpServices } from './use-smtp-services.ts';

/** An SMTP account: a new one, or with `?mailboxId=` the password of a known one anew. */
export function SmtpPage() {
  const t = useTranslations('smtp');
  const mailboxId = useSearchParams().get('mailboxId');
  return (
    <>
      <PageHeader
        back={<BackLink href="/mailboxes" label={t('back')} />}
        title={mailboxId ? t('againTitle') : t('title')}
        lead={mailboxId ? t('againLead') : t('lead')}
      />
      <SmtpAccount mailboxId={mailboxId} />
    </>
  );
}

function SmtpAccount({ mailboxId }: { mailboxId: string | null }) {
  const t = useTranslations('smtp');
  const common = useTranslations('common');
  const canEdit = useCanEdit();
  const { providers, environment } = useMe();
  const services = useSmtpServices();
  const access = useSmtpAccess(mailboxId);

  if (!canEdit) return <p className="text-ink-soft">{common('viewerHint')}</p>;
  if (!providers.smtp) {
    return (
      <EmptyState icon={<MailX aria-hidden="true" className="size-6" />} title={t('offTitle')}>
        {environment === 'sandbox' ? t('offInTrial') : t('offText')}
      </EmptyState>
    );
  }
  if (access.error) return <LoadFailed error={access.error} onRetry={access.refetch} />;
  if (!services || (mailboxId && !access.data)) return <SkeletonRows label={common('loading')} />;
  return (
    <SmtpForm services={services} initial={access.data ? toSmtpValues(access.data) : NO_SMTP} mailboxId={mailboxId} />
  );
}
