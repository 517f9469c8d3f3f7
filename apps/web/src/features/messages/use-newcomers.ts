'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { useRef } from 'react';
import { newestAt } from './newcomers.ts';

/**
 * Tells which mails were accepted while the list was open, so that they can be pointed out. What a first load, a filter or "load more"
 * brings is not news: `list` names the list, and another one begins anew.
 */
export function useNewcomers(
  messages: readonly MessageSummary[] | undefined,
  list: string,
): (message: MessageSummary) => boolean {
  const seen = useRef<{ list: string; newest: string } | null>(null);
  if (messages && seen.current?.list !== list) seen.current = { list, newest: newestAt(messages) };
  return ({ acceptedAt }) => seen.current?.list === list && acceptedAt > seen.current.newest;
}
