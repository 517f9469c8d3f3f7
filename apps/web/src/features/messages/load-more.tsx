'use client';
import { Button } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { ProblemNotice } from '../shell/problem-notice.tsx';

/** So far before its end a list that is read goes on by itself: a screen or two. */
const AHEAD_PX = 1_000;

interface LoadMoreProps {
  onMore: () => void;
  isBusy: boolean;
  /** Why the last time brought nothing. */
  error: Error | null;
}

/** More of a list: by itself for whoever scrolls down to it, by a button for whoever stands before it. After a failure by the button alone. */
export function LoadMore({ onMore, isBusy, error }: LoadMoreProps) {
  const t = useTranslations('common');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isBusy || error) return;
    // By a scroll alone: a list that is short, since its rows are folded, is not read to its end by having been opened.
    const look = () => {
      const top = place.current?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY;
      if (top > window.innerHeight + AHEAD_PX) return;
      window.removeEventListener('scroll', look);
      onMore();
    };
    window.addEventListener('scroll', look, { passive: true });
    return () => window.removeEventListener('scroll', look);
  }, [isBusy, error, onMore]);
  return (
    <div ref={place} className="grid justify-items-center gap-3">
      <ProblemNotice error={error} />
      <Button tone="secondary" onClick={onMore} isBusy={isBusy}>
        {t('loadMore')}
      </Button>
    </div>
  );
}
