'use client';
import type { LiveEvent } from '@hikyaku/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { keys } from './keys.ts';

// A camera in a storm sends twelve mails a minute and forty cameras do so at once: refetch at most that often.
const MIN_GAP_MS = 700;
// After an answer that is no stream (a restart, a proxy's 502) the browser gives up for good; then we ask again.
const REOPEN_MS = 3_000;

// Refused (too many pages listen), the page asks by itself, and tries the stream again ever more rarely.
const ASK_EVERY_MS = 15_000;
const REOPEN_MAX_MS = 60_000;

const LiveContext = createContext(false);

/** True while the page hears of changes at once. */
export function useIsLive(): boolean {
  return useContext(LiveContext);
}

/** Listens to the api's event stream and refetches what it names. The stream says what changed, never content. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [isLive, setIsLive] = useState(false);

  useEffect(() => {
    const waiting = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ranAt = 0;
    const refetch = () => {
      timer = undefined;
      ranAt = Date.now();
      for (const type of waiting) void client.invalidateQueries({ queryKey: [type] });
      waiting.clear();
    };
    const note = (...types: LiveEvent['type'][]) => {
      for (const type of types) waiting.add(type);
      timer ??= setTimeout(refetch, Math.max(0, ranAt + MIN_GAP_MS - Date.now()));
    };

    let source: EventSource;
    let reopen: ReturnType<typeof setTimeout> | undefined;
    let hasBeenOpen = false;
    let asking: ReturnType<typeof setInterval> | undefined;
    let reopenMs = REOPEN_MS;
    const open = () => {
      source = new EventSource('/api/v1/events');
      source.onopen = () => {
        setIsLive(true);
        clearInterval(asking);
        asking = undefined;
        reopenMs = REOPEN_MS;
        // What happened while the line was down was not told.
        if (hasBeenOpen) note('messages', 'devices', 'mailboxes');
        hasBeenOpen = true;
      };
      source.onerror = () => {
        setIsLive(false);
        if (source.readyState !== EventSource.CLOSED) return;
        // Perhaps the session has ended: then this leads to the sign-in page.
        void client.invalidateQueries({ queryKey: keys.me });
        asking ??= setInterval(() => note('messages', 'devices', 'mailboxes'), ASK_EVERY_MS);
        reopen = setTimeout(open, reopenMs);
        reopenMs = Math.min(reopenMs * 2, REOPEN_MAX_MS);
      };
      source.addEventListener('change', (event) => note((JSON.parse(event.data) as LiveEvent).type));
    };
    open();
    return () => {
      source.close();
      clearTimeout(timer);
      clearTimeout(reopen);
      clearInterval(asking);
    };
  }, [client]);

  return <LiveContext value={isLive}>{children}</LiveContext>;
}
