'use client';
import type { LiveEvent } from '@hikyaku/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { gatherChanges } from './gather-changes.ts';
import { keys } from './keys.ts';

// A mail is told of some four times within a second: accepted, sending, sent, destroyed. A camera in a storm sends twelve mails a minute and
// forty cameras do so at once: nobody reads faster than the longer gap.
const GAPS = { firstMs: 150, mostMs: 500 };
// After an answer that is no stream (a restart, a proxy's 502) the browser gives up for good; then we ask again.
const REOPEN_MS = 3_000;
// Refused (too many pages listen), it is tried again ever more rarely.
const REOPEN_MAX_MS = 60_000;
// Without the event stream the pages still move, only slower.
const POLL_MS = 10_000;

export type ChangedKind = LiveEvent['type'];

const LiveContext = createContext(false);

/** True while the page hears of changes at once. */
export function useIsLive(): boolean {
  return useContext(LiveContext);
}

interface LiveProviderProps {
  /** Fetches again what may have changed. The stream says what changed, never content. */
  refresh: (kinds: Set<ChangedKind>) => Promise<void>;
  children: ReactNode;
}

/** Listens to the api's event stream; where there is none, looks again every few seconds. */
export function LiveProvider({ refresh, children }: LiveProviderProps) {
  const client = useQueryClient();
  const [isLive, setIsLive] = useState(false);

  useEffect(() => {
    const changes = gatherChanges<ChangedKind>(refresh, GAPS);
    const noteAll = () => changes.note('messages', 'devices', 'mailboxes');
    let source: EventSource;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let hasBeenOpen = false;
    let reopenMs = REOPEN_MS;
    const open = () => {
      source = new EventSource('/api/v1/events');
      source.onopen = () => {
        setIsLive(true);
        reopenMs = REOPEN_MS;
        // What happened while the line was down was not told; nor what came between the first lists and the first word, which on a slow line is seconds.
        if (hasBeenOpen) noteAll();
        // By itself: the first mail that is told is seen at once all the same.
        else void refresh(new Set<ChangedKind>(['messages'])).catch(() => {});
        hasBeenOpen = true;
      };
      source.onerror = () => {
        setIsLive(false);
        if (source.readyState !== EventSource.CLOSED) return;
        // Perhaps the session has ended: then this leads to the sign-in page.
        void client.invalidateQueries({ queryKey: keys.me });
        reopen = setTimeout(open, reopenMs);
        reopenMs = Math.min(reopenMs * 2, REOPEN_MAX_MS);
      };
      source.addEventListener('change', (event) => changes.note((JSON.parse(event.data) as LiveEvent).type));
    };
    open();
    const poll = setInterval(() => {
      if (source.readyState !== EventSource.OPEN) noteAll();
    }, POLL_MS);
    return () => {
      source.close();
      changes.stop();
      clearTimeout(reopen);
      clearInterval(poll);
    };
  }, [client, refresh]);

  return <LiveContext value={isLive}>{children}</LiveContext>;
}
