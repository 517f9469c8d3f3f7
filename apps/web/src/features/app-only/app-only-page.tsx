'use client';
import { EmptyState, Notice, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { CircleAlert, CircleCheck, MailX } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useCanEdit, useMe } from '../session/me-context.tsx';
import { BackLink } from '../shell/back-link.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ApproveStep } from './approve-step.tsx';
import { CommandsStep } from './commands-step.tsx';
import { ProofStep } from './proof-step.tsx';
import { useAppOnlySetup } from './queries.ts';

/** Mailboxes of a Microsoft 365 organization without anybody's sign-in: let in, allowed for some mailboxes, each proved by a code. */
export function AppOnlyPage() {
  const t = useTranslations('organization');
  return (
    <>
      <PageHeader back={<BackLink href="/mailboxes" label={t('back')} />} title={t('title')} lead={t('lead')} />
      <Steps />
    </>
  );
}

function Steps() {
  const t = useTranslations('organization');
  const common = useTranslations('common');
  const canEdit = useCanEdit();
  const { providers } = useMe();
  const { data, error, refetch } = useAppOnlySetup(canEdit && providers.microsoft);
  if (!canEdit) return <p className="text-ink-soft">{common('viewerHint')}</p>;
  if (!providers.microsoft) {
    return (
      <EmptyState icon={<MailX aria-hidden="true" className="size-6" />} title={t('offTitle')}>
        {t('offText')}
      </EmptyState>
    );
  }
  if (!data) return error ? <LoadFailed error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
  return (
    <div className="grid gap-6">
      <ApprovalResult />
      <ApproveStep setup={data} />
      <CommandsStep setup={data} />
      <ProofStep />
    </div>
  );
}

/** What came of the way to Microsoft: the callback says it in the address. */
function ApprovalResult() {
  const t = useTranslations('organization');
  const problemText = useProblemText();
  const search = useSearchParams();
  const code = search.get('error');
  if (code) {
    const { what, todo } = problemText(code);
    return (
      <Notice tone="bad" isAlert icon={<CircleAlert aria-hidden="true" className="size-5" />} title={what}>
        {todo}
      </Notice>
    );
  }
  if (!search.get('approved')) return null;
  return (
    <Notice tone="ok" icon={<CircleCheck aria-hidden="true" className="size-5" />} title={t('approvedTitle')}>
      {t('approvedText')}
    </Notice>
  );
}
