'use client';
import { Button, Card, Notice } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { CircleAlert, MailCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { problemCode } from '../../api/problem.ts';
import { LinkMissing } from '../session/link-missing.tsx';
import { useLinkToken } from '../session/use-link-token.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { confirmArrival } from './queries.ts';

/** Where the link of a test mail leads. Opening it does nothing, since scanners of mail open links too: a person presses. */
export function ArrivedForm() {
  const t = useTranslations('arrivals');
  const token = useLinkToken();
  const { mutate, error, isPending, isSuccess } = useMutation({ mutationFn: confirmArrival });

  if (token === null) return <LinkMissing />;
  if (isSuccess) {
    return (
      <Notice tone="ok" icon={<MailCheck aria-hidden="true" className="size-5" />} title={t('linkDoneTitle')}>
        {t('linkDoneText')}
      </Notice>
    );
  }
  if (error && ['auth.link_ended', 'api.invalid'].includes(problemCode(error))) {
    return (
      <Notice
        tone="warn"
        isAlert
        icon={<CircleAlert aria-hidden="true" className="size-5" />}
        title={t('linkEndedTitle')}
      >
        {t('linkEndedText')}
      </Notice>
    );
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('linkTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('linkLead')}</p>
      <ProblemNotice error={error} />
      <Button
        className="w-full"
        disabled={token === undefined}
        isBusy={isPending}
        onClick={() => token && mutate(token)}
      >
        {t('linkButton')}
      </Button>
    </Card>
  );
}
