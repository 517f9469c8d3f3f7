'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Button, useToast } from '@hikyaku/ui';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { problemCode } from '../../api/problem.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useMailboxTest } from './queries.ts';

/** A mail from the mailbox to itself; its page shows how far it has come. */
export function MailboxTest({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('mailboxes');
  const router = useRouter();
  const showToast = useToast();
  const problemText = useProblemText();
  const { mutate, isPending } = useMailboxTest();
  const send = () =>
    mutate(mailbox.id, {
      onSuccess: ({ messageId }) => router.push(`/messages/${messageId}`),
      onError: (error) => showToast('bad', problemText(problemCode(error)).what),
    });
  return (
    <Button tone="quiet" size="sm" isBusy={isPending} onClick={send}>
      {t('sendTest')}
    </Button>
  );
}
