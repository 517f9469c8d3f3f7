'use client';
import { Button, EmptyState, SkeletonRows } from '@hikyaku/ui';
import { ArrowUp, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { LoadFailed } from '../shell/load-failed.tsx';
import { rowsOf } from './loaded-pages.ts';
import { LogCards } from './log-cards.tsx';
import { LogTable } from './log-table.tsx';
import { type MessageFilter, useLog } from './queries.ts';
import { useArrivals } from './use-arrivals.ts';
import { useIsWide } from './use-is-wide.ts';
import { useLogLines } from './use-log-lines.ts';
import { useNewcomers } from './use-newcomers.ts';

// Pages without a find that are gone through before the reader is asked; each is some six thousand mails.
const LOOKS = 20;

interface LogListProps {
  filter: MessageFilter;
  hasDevice?: boolean;
  /** Shown when there is nothing. */
  empty: ReactNode;
}

/** Mails and refused devices for a filter: table or cards, live, with "load more". */
export function LogList({ filter, hasDevice = true, empty }: LogListProps) {
  const t = useTranslations('messages');
  const common = useTranslations('common');
  const isWide = useIsWide();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useLog(filter);
  const rows = useMemo(() => rowsOf(data), [data]);
  const [looks, setLooks] = useState(LOOKS);
  const isLooking = data !== undefined && !rows.length && hasNextPage;
  const isPatient = (data?.pages.length ?? 0) < looks;
  useEffect(() => {
    if (isLooking && isPatient && !isFetchingNextPage) void fetchNextPage();
  }, [isLooking, isPatient, isFetchingNextPage, fetchNextPage]);
  const isNew = useNewcomers(data && rows, JSON.stringify(filter));
  const { top, waiting, shown, show } = useArrivals(rows);
  const { lines, toggle } = useLogLines(shown);

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
  if (!rows.length) return empty;
  const look = { lines, hasDevice, isNew, onToggle: toggle };
  return (
    <div className="grid gap-4">
      <div ref={top} />
      {waiting ? (
        <Button size="sm" onClick={show} className="sticky top-20 z-10 justify-self-center rounded-full! shadow-lift">
          <ArrowUp aria-hidden="true" className="size-4.5" />
          {t('arrived', { count: waiting })}
        </Button>
      ) : null}
      {isWide ? <LogTable {...look} /> : <LogCards {...look} />}
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
