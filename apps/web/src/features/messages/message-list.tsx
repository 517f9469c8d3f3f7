'use client';
import { Button, EmptyState, SkeletonRows } from '@hikyaku/ui';
import { ArrowUp, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { LoadFailed } from '../shell/load-failed.tsx';
import { rowsOf } from './loaded-pages.ts';
import { MessageCards } from './message-cards.tsx';
import { MessageTable } from './message-table.tsx';
import { type MessageFilter, useMessages } from './queries.ts';
import { useArrivals } from './use-arrivals.ts';
import { useIsWide } from './use-is-wide.ts';
import { useNewcomers } from './use-newcomers.ts';

// Pages without a find that are gone through before the reader is asked; each is some six thousand mails.
const LOOKS = 20;

interface MessageListProps {
  filter: MessageFilter;
  hasDevice?: boolean;
  /** Shown when there is nothing. */
  empty: ReactNode;
}

/** The delivery log for a filter: table or cards, live, with "load more". */
export function MessageList({ filter, hasDevice = true, empty }: MessageListProps) {
  const t = useTranslations('messages');
  const common = useTranslations('common');
  const isWide = useIsWide();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useMessages(filter);
  const messages = useMemo(() => rowsOf(data), [data]);
  const [looks, setLooks] = useState(LOOKS);
  const isLooking = data !== undefined && !messages.length && hasNextPage;
  const isPatient = (data?.pages.length ?? 0) < looks;
  useEffect(() => {
    if (isLooking && isPatient && !isFetchingNextPage) void fetchNextPage();
  }, [isLooking, isPatient, isFetchingNextPage, fetchNextPage]);
  const isNew = useNewcomers(data && messages, JSON.stringify(filter));
  const { top, waiting, shown, show } = useArrivals(messages);

  if (!data) {
    return error ? <LoadFailed error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
  }
  if (isLooking && isPatient) return <SkeletonRows label={t('looking')} />;
  if (isLooking) {
    return (
      <EmptyState
        icon={<SearchX aria-hidden="true" className="size-6" />}
        title={t('notYetTitle')}
        action={<Button onClick={() => setLooks(looks + LOOKS)}>{t('lookFurther')}</Button>}
      >
        {t('notYetText')}
      </EmptyState>
    );
  }
  if (!messages.length) return empty;
  return (
    <div className="grid gap-4">
      <div ref={top} />
      {waiting ? (
        <Button size="sm" onClick={show} className="sticky top-20 z-10 justify-self-center rounded-full! shadow-lift">
          <ArrowUp aria-hidden="true" className="size-4.5" />
          {t('arrived', { count: waiting })}
        </Button>
      ) : null}
      {isWide ? (
        <MessageTable messages={shown} hasDevice={hasDevice} isNew={isNew} />
      ) : (
        <MessageCards messages={shown} hasDevice={hasDevice} isNew={isNew} />
      )}
      {hasNextPage ? (
        <Button
          tone="secondary"
          onClick={() => fetchNextPage()}
          isBusy={isFetchingNextPage}
          className="justify-self-center"
        >
          {common('loadMore')}
        </Button>
      ) : null}
    </div>
  );
}
