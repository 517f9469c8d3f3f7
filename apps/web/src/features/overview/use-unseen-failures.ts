'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { useState } from 'react';
import { useMessages } from '../messages/queries.ts';
import type { SeenProblems } from './use-seen-problems.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const FAILED = 'failed,expired,quarantined';
const COUNTED = 100;

export interface UnseenFailures {
  newest: MessageSummary | undefined;
  count: number;
  /** There are more than were counted. */
  hasMore: boolean;
  /** The log with them. */
  href: string;
  markSeen: () => void;
}

/** Mails of the last week that came to a bad end. */
export function useFailures() {
  const [weekAgo] = useState(() => new Date(Date.now() - WEEK_MS).toISOString());
  return useMessages({ state: FAILED, from: weekAgo }, COUNTED);
}

/** Those of them that the reader has not said to have seen. */
export function unseenFailures(
  page: { items: readonly MessageSummary[]; nextCursor: string | null },
  seen: SeenProblems,
): UnseenFailures {
  const seenUntil = seen.markOf('failed') ?? '';
  const unseen = page.items.filter(({ acceptedAt }) => acceptedAt > seenUntil);
  const latest =
    unseen
      .map(({ acceptedAt }) => acceptedAt)
      .sort()
      .at(-1) ?? '';
  return {
    newest: unseen[0],
    count: unseen.length,
    hasMore: page.nextCursor !== null && unseen.length === page.items.length,
    href: `/messages?state=${FAILED}`,
    markSeen: () => seen.see('failed', latest),
  };
}
