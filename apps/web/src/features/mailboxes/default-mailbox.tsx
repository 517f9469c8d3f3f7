'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Badge, Button, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { problemCode } from '../../api/problem.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useDefaultMailbox } from './queries.ts';

/** Which of several mailboxes new devices begin with; for who may change it. */
export function DefaultMailbox({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('mailboxes');
  const problemText = useProblemText();
  const showToast = useToast();
  const { mutate, isPending } = useDefaultMailbox();
  if (mailbox.isDefault) return <Badge>{t('isDefault')}</Badge>;
  const choose = () =>
    mutate(mailbox.id, {
      onSuccess: () => showToast('ok', t('madeDefault')),
      onError: (error) => showToast('bad', problemText(problemCode(error)).what),
    });
  return (
    <Button tone="quiet" size="sm" isBusy={isPending} onClick={choose}>
      {t('makeDefault')}
    </Button>
  );
}
