'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { splitArrivals } from './newcomers.ts';

/**
 * While the reader is further down, new mail waits above instead of pushing the rows away: how many wait, and what is shown. `top` goes on
 * an element above the first row; `show` brings the reader up to it.
 */
export function useArrivals(messages: readonly MessageSummary[]): {
  top: RefObject<HTMLDivElement | null>;
  waiting: number;
  shown: readonly MessageSummary[];
  show: () => void;
} {
  const top = useRef<HTMLDivElement>(null);
  const firstId = useRef<string | null>(null);
  const [topId, setTopId] = useState<string | null>(null);
  const { waiting, shown } = splitArrivals(messages, topId);

  useEffect(() => {
    firstId.current = shown[0]?.id ?? null;
  }, [shown]);
  const hasRows = messages.length > 0;
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
  return { top, waiting, shown, show };
}
