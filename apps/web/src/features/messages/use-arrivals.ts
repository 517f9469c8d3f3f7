'use client';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { type Arrival, splitArrivals } from './newcomers.ts';

/**
 * While the reader is further down, new mail waits above instead of pushing the rows away: how many wait, and what is shown. `top` goes on
 * an element above the first row; `show` brings the reader up to it.
 */
export function useArrivals<Row extends Arrival>(
  rows: readonly Row[],
): {
  top: RefObject<HTMLDivElement | null>;
  waiting: number;
  shown: readonly Row[];
  show: () => void;
  /** Its reader sees the top, where everything new is shown. */
  isAtTop: boolean;
} {
  const top = useRef<HTMLDivElement>(null);
  const firstId = useRef<string | null>(null);
  const [topId, setTopId] = useState<string | null>(null);
  const { waiting, shown } = splitArrivals(rows, topId);

  useEffect(() => {
    firstId.current = shown[0]?.id ?? null;
  }, [shown]);
  const hasRows = rows.length > 0;
  useEffect(() => {
    if (!hasRows || !top.current) return;
    const observer = new IntersectionObserver(([entry]) => setTopId(entry?.isIntersecting ? null : firstId.current));
    observer.observe(top.current);
    return () => observer.disconnect();
  }, [hasRows]);

  const show = () => {
    setTopId(null);
    window.scrollTo({ top: 0 });
  };
  return { top, waiting, shown, show, isAtTop: topId === null };
}
