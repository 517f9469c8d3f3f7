'use client';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { followCounts } from '../../api/follow-counts.ts';
import { gatherChanges } from '../../api/gather-changes.ts';
import { keys } from '../../api/keys.ts';
import { type ChangedKind, LiveProvider } from '../../api/live.tsx';
import { refreshMessages } from '../messages/refresh-messages.ts';

// "Last mail" moves with every mail; the list of devices follows a storm no faster than this.
const DEVICES_GAPS = { firstMs: 10_000, mostMs: 10_000 };
// The server counts a second or two behind the mails: what is asked at once would be without the last one.
const COUNT_GAPS = { soonMs: 2_500, lateMs: 10_000 };

interface Refresher {
  /** Fetches again what the event stream says has changed. Devices and mailboxes are few and change by hand: as a whole. */
  refresh(kinds: Set<ChangedKind>): Promise<void>;
  /** The page was opened: what changed just before is told to nobody, and may be uncounted yet. */
  begin(): void;
}

function refresherOf(client: QueryClient): Refresher {
  // Home's numbers, and how many mails wait for each mailbox.
  const counts = followCounts(() => {
    void client.invalidateQueries({ queryKey: keys.overview });
    void client.invalidateQueries({ queryKey: keys.mailboxes, exact: true });
  }, COUNT_GAPS);
  const refreshDevices = () => client.invalidateQueries({ queryKey: keys.devices });
  const lastMails = gatherChanges<'messages'>(refreshDevices, DEVICES_GAPS);

  const refresh = async (kinds: Set<ChangedKind>): Promise<void> => {
    counts.note();
    lastMails.note('messages');
    await Promise.all([
      // A device that is refused is told as a device; the log has its refusals as rows.
      kinds.has('messages') || kinds.has('devices') ? refreshMessages(client) : null,
      kinds.has('sessions') ? client.invalidateQueries({ queryKey: ['sessions', 'list'] }) : null,
      kinds.has('mailboxes') ? client.invalidateQueries({ queryKey: keys.mailboxes }) : null,
      kinds.has('devices') ? refreshDevices() : null,
    ]);
  };
  return { refresh, begin: counts.note };
}

/** Keeps the signed-in pages up to date. */
export function LiveChanges({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [{ refresh, begin }] = useState(() => refresherOf(client));
  useEffect(begin, [begin]);
  return <LiveProvider refresh={refresh}>{children}</LiveProvider>;
}
