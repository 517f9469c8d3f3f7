'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { Button } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useCanEdit } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useAnswerArrival, useArrivals } from './queries.ts';

/** A provider's acceptance is no mail in the inbox: only the reader can see that, of each recipient. */
export function ArrivalQuestion({ message }: { message: MessageSummary }) {
  const { recipients, provider } = message;
  // In a chat whoever is there sees it.
  if (provider === 'channel') return null;
  return (
    <ul className="grid gap-4">
      {recipients.map((recipient) => (
        <li key={recipient}>
          <Question message={message} recipient={recipient} isOnly={recipients.length === 1} />
        </li>
      ))}
    </ul>
  );
}

interface QuestionProps {
  message: MessageSummary;
  recipient: string;
  isOnly: boolean;
}

function Question({ message, recipient, isOnly }: QuestionProps) {
  const t = useTranslations('arrivals');
  const canEdit = useCanEdit();
  const { deviceId, mailboxId } = message;
  const { data } = useArrivals(deviceId ? { deviceId } : { mailboxId });
  const { mutate, error, isPending } = useAnswerArrival(message.id);
  const known = data?.items.find((item) => item.messageId === message.id && item.recipient === recipient.toLowerCase());
  const answer = (hasArrived: boolean) => mutate({ recipient, hasArrived });

  // An older mail's confirmation says nothing of this one.
  if (known?.confirmedAt && known.confirmedAt >= known.askedAt && !known.deniedAt) {
    return <p className="font-semibold text-ok">{t('setUp')}</p>;
  }
  return (
    <div className="grid gap-3">
      <p className="font-semibold wrap-anywhere">{isOnly ? t('question') : t('questionFor', { recipient })}</p>
      {canEdit ? (
        <div className="flex gap-3">
          <Button isBusy={isPending} onClick={() => answer(true)}>
            {t('yes')}
          </Button>
          <Button tone="secondary" isBusy={isPending} onClick={() => answer(false)}>
            {t('no')}
          </Button>
        </div>
      ) : null}
      <ProblemNotice error={error} />
      {known?.deniedAt ? (
        <ol aria-live="polite" className="grid list-decimal gap-1 pl-5 text-ink-soft">
          <li>{t('junk')}</li>
          <li>{t('filter', { address: message.mailboxAddress ?? '' })}</li>
          <li>{t('recipient')}</li>
        </ol>
      ) : null}
    </div>
  );
}
