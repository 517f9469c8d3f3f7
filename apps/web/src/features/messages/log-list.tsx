'use client';
import { Button, EmptyState, SkeletonRows } from '@hikyaku/ui';
import { ArrowUp, SearchX } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { LoadFailed } from '../shell/load-failed.tsx';
import { LoadMore } from './load-more.tsx';
import { isFull, isLongForTop, rowsOf } from './loaded-pages.ts';
import { LogCards } from './log-cards.tsx';
import { LogTable } from './log-table.tsx';
import { type MessageFilter, useCutLog, useLog } from './queries.ts';
import { useArrivals } from './use-arrivals.ts';
import { useIsWide } from './use-is-wide.ts';
import { useLogLines } from './use-log-lines.ts';
import { useNewcomers } from './use-newcomers.ts';

// Pages without a find that are gone through before the reader is asked; each is some six thousand mails.
const LOOKS = 20;
/** Whoever stays at the top so long has come back from below. */
const AT_TOP_MS = 10_000;

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
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } = useLog(filter);
  const cut = useCutLog(filter);
  const rows = useMemo(() => rowsOf(data), [data]);
  const [looks, setLooks] = useState(LOOKS);
  const isLooking = data !== undefined && !rows.length && hasNextPage;
  const isPatient = (data?.pages.length ?? 0) < looks;
  useEffect(() => {
    if (isLooking && isPatient && !isFetchingNextPage) void fetchNextPage();
  }, [isLooking, isPatient, isFetchingNextPage, fetchNextPage]);
  const name = JSON.stringify(filter);
  const isNew = useNewcomers(data && rows, name);
  const { top, waiting, shown, show, isAtTop } = useArrivals(rows);
  const isLong = isLongForTop(rows.length);
  useEffect(() => {
    if (!isAtTop || !isLong) return;
    // Not in passing, nor while the way back from a story finds its place.
    const timer = setTimeout(cut, AT_TOP_MS);
    return () => clearTimeout(timer);
  }, [isAtTop, isLong, cut]);
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
  const look = { name, lines, hasDevice, isNew, onToggle: toggle };
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
        <LogTable key={`wide ${name}`} {...look} />
      ) : (
        <LogCards key={`narrow ${name}`} {...look} name={`narrow ${name}`} />
      )}
      {hasNextPage ? (
        <LoadMore
          onMore={() => void fetchNextPage()}
          isBusy={isFetchingNextPage}
          error={isFetchNextPageError ? error : null}
        />
      ) : null}
      {isFull(data.pages) && data.pages.at(-1)?.nextCursor ? (
        <p className="text-center text-ink-soft">{t('full')}</p>
      ) : null}
    </div>
  );
}
