'use client';
import type { Diagnosis, MessageDetail } from '@hikyaku/contracts';
import { Button, buttonClass, Card, useToast } from '@hikyaku/ui';
import { Wrench } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { useSize } from '../../i18n/use-size.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ItemLink } from '../shell/item-link.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useRetryMessage } from './queries.ts';
import { reasonOf } from './reason-of.ts';
import { StateBadge } from './state-badge.tsx';
import { StoryWaiting } from './story-waiting.tsx';
import { toldSizes } from './told-sizes.ts';

/** The same mail is as large the next time: its owner has to know how large. */
const TOO_LARGE: readonly (string | null)[] = ['upstream.too_large', 'edge.too_large'];

/** How it stands with a mail, why, and what its owner can do. */
export function StoryNow({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const messages = useTranslations('messages');
  const dates = useDates();
  const provider = messages('provider', { provider: message.channelKind ?? message.provider ?? 'other' });
  const when = message.sentAt ? dates.short(message.sentAt) : '';
  return (
    <Card>
      <div className="grid gap-4">
        <div className="text-lg">
          <StateBadge message={message} />
        </div>
        <p className="text-lg">{t(`now.${nowOf(message)}`, { provider, when })}</p>
        {message.waiting ? <StoryWaiting waiting={message.waiting} provider={provider} /> : null}
        {message.copyOf ? (
          <div className="grid gap-1">
            <p>{t('isCopy', { provider })}</p>
            <p>
              <ItemLink href={`/messages/${message.copyOf}`} className="underline">
                {t('toOriginal')}
              </ItemLink>
            </p>
          </div>
        ) : null}
        {message.digestId ? (
          <p>
            <ItemLink href={`/messages/${message.digestId}`} className="underline">
              {t('toDigest')}
            </ItemLink>
          </p>
        ) : null}
        {message.diagnosis ? <Explanation message={message} diagnosis={message.diagnosis} /> : null}
        <StoryActions message={message} />
      </div>
    </Card>
  );
}

/** All that is left of it waits for the owner's word about its recipients. */
const isUnconfirmed = ({ stateCode }: MessageDetail): boolean => stateCode === 'recipient.unconfirmed';

/** A chat has no junk folder. */
const isShown = ({ state, provider }: MessageDetail): boolean => state === 'sent' && provider === 'channel';

/** What waits for more than its turn says so in a line of its own. */
const isKept = ({ state, waiting }: MessageDetail): boolean =>
  state === 'queued' && waiting !== null && waiting.expectedAt !== null && waiting.reason !== 'turn';

function nowOf(message: MessageDetail) {
  if (isUnconfirmed(message)) return 'unconfirmed';
  if (isShown(message)) return 'shown';
  return isKept(message) ? 'kept' : message.state;
}

function Explanation({ message, diagnosis }: { message: MessageDetail; diagnosis: Diagnosis }) {
  const t = useTranslations('story');
  const size = useSize();
  const told = toldSizes(message);
  // Ours name what can be pressed on these pages; the diagnosis speaks where there is no code of ours.
  const { what, todo, isKnown } = useProblemText()(reasonOf(message) ?? '');
  return (
    <div className="grid gap-3 rounded-md border border-line bg-sunken p-4 sm:grid-cols-2 sm:gap-6">
      <div className="grid content-start gap-1">
        <h2 className="text-base">{t('whyTitle')}</h2>
        <p className="text-ink-soft">{isKnown ? what : diagnosis.title}</p>
        {TOO_LARGE.includes(message.stateCode) ? (
          <p className="font-semibold">
            {told
              ? t('sizeOfLimit', { size: size(told.size), limit: size(told.limit) })
              : t('thisSize', { size: size(message.sizeBytes) })}
          </p>
        ) : null}
      </div>
      <div className="grid content-start gap-1">
        <h2 className="flex items-center gap-2 text-base">
          <Wrench aria-hidden="true" className="size-4.5 text-ai" />
          {t('todoTitle')}
        </h2>
        <p className="text-ink-soft">{isKnown ? todo : diagnosis.advice}</p>
      </div>
    </div>
  );
}

function StoryActions({ message }: { message: MessageDetail }) {
  const t = useTranslations('story');
  const dates = useDates();
  const showToast = useToast();
  const canEdit = useCanEdit();
  const { mutate, isPending, error } = useRetryMessage(message.id);
  const isRetryOffered = message.canRetry;
  if (!isRetryOffered && message.state !== 'held') return null;
  return (
    <>
      <ProblemNotice error={error} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {isUnconfirmed(message) && message.deviceId ? (
          <ItemLink href={`/devices/${message.deviceId}`} className={buttonClass()}>
            {t('toDevice')}
          </ItemLink>
        ) : null}
        {message.state === 'held' && !isUnconfirmed(message) ? (
          <Link href="/mailboxes" className={buttonClass()}>
            {t('toMailboxes')}
          </Link>
        ) : null}
        {isRetryOffered && canEdit ? (
          <Button
            tone="secondary"
            isBusy={isPending}
            onClick={() => mutate(undefined, { onSuccess: () => showToast('ok', t('retried')) })}
          >
            {t('retry')}
          </Button>
        ) : null}
        {isRetryOffered && message.contentUntil ? (
          <p className="text-sm text-ink-soft">{t('retryHint', { when: dates.short(message.contentUntil) })}</p>
        ) : null}
      </div>
    </>
  );
}
