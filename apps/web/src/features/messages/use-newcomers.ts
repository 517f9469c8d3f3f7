'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { useEffect, useRef } from 'react';

/** Tells which mails came in while the page was open, so that they can be pointed out. The first page load is not news. */
export function useNewcomers(messages: readonly MessageSummary[], isLoaded: boolean): (id: string) => boolean {
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!isLoaded) return;
    known.current ??= new Set(messages.map((message) => message.id));
  }, [messages, isLoaded]);
  return (id) => known.current !== null && !known.current.has(id);
}
