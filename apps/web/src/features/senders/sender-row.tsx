'use client';
import type { Mailbox, MailboxSender } from '@hikyaku/contracts';
import { Badge, Button, type Tone, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { problemCode } from '../../api/problem.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useConfirmSender, useRemoveSender, useSenderTest } from './queries.ts';

const STATES: Record<MailboxSender['state'], { tone: Tone; key: 'untested' | 'works' | 'refused' }> = {
  untested: { tone: 'neutral', key: 'untested' },
  works: { tone: 'ok', key: 'works' },
  refused: { tone: 'bad', key: 'refused' },
};

export function SenderRow({ sender, mailbox }: { sender: MailboxSender; mailbox: Mailbox }) {
  const t = useTranslations('senders');
  const showToast = useToast();
  const problemText = useProblemText();
  const test = useSenderTest();
  const confirm = useConfirmSender();
  const remove = useRemoveSender();
  const { tone, key } = STATES[sender.state];
  // Gmail says nothing of a sender that it does not know: its owner has to look.
  const isToBeSeen = mailbox.provider === 'google' && sender.state === 'untested' && sender.testedAt !== null;
  const onError = (error: unknown) => showToast('bad', problemText(problemCode(error)).what);
  return (
    <li className="grid gap-1">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 flex-1 basis-56 break-all">{sender.address}</span>
        {sender.kind === 'shared' ? <Badge tone="neutral">{t('shared')}</Badge> : null}
        <Badge tone={tone}>{t(key)}</Badge>
        {isToBeSeen ? (
          <Button size="sm" isBusy={confirm.isPending} onClick={() => confirm.mutate(sender.id, { onError })}>
            {t('confirm')}
          </Button>
        ) : null}
        <Button
          tone="quiet"
          size="sm"
          isBusy={test.isPending}
          onClick={() => test.mutate(sender.id, { onError, onSuccess: () => showToast('ok', t('testSent')) })}
        >
          {t('test')}
        </Button>
        <Button tone="quiet" size="sm" isBusy={remove.isPending} onClick={() => remove.mutate(sender.id, { onError })}>
          {t('remove')}
        </Button>
      </div>
      {isToBeSeen ? <p className="text-sm text-ink-soft">{t('confirmHint', { address: mailbox.address })}</p> : null}
      {sender.state === 'refused' ? <p className="text-sm text-ink-soft">{t('refusedHint')}</p> : null}
    </li>
  );
}
