'use client';
import { Button, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { type ReactNode, useMemo } from 'react';
import { LoadFailed } from '../shell/load-failed.tsx';
import { MessageCards } from './message-cards.tsx';
import { MessageTable } from './message-table.tsx';
import { type MessageFilter, useMessages } from './queries.ts';
import { useNewcomers } from './use-newcomers.ts';

interface MessageListProps {
  filter: MessageFilter;
  hasDevice?: boolean;
  /** Shown when there is nothing. */
  empty: ReactNode;
}

/** The delivery log for a filter: table or cards, live, with "load more". */
export function MessageList({ filter, hasDevice = true, empty }: MessageListProps) {
  const common = useTranslations('common');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useMessages(filter);
  const messages = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const isNew = useNewcomers(messages, Boolean(data));

  if (!data) {
    return error ? <LoadFailed error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
  }
  if (!messages.length) return empty;
  return (
    <div className="grid gap-4">
      <MessageTable messages={messages} hasDevice={hasDevice} isNew={isNew} />
      <MessageCards messages={messages} hasDevice={hasDevice} isNew={isNew} className="md:hidden" />
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
