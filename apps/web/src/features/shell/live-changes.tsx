'use client';
import type { QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { keys } from '../../api/keys.ts';
import { type ChangedKind, LiveProvider } from '../../api/live.tsx';
import { refreshMessages } from '../messages/refresh-messages.ts';

// "Last mail" moves with every mail; the list of devices follows a storm no faster than this.
const DEVICES_GAP_MS = 10_000;
let devicesAt = 0;

// The server counts a second or two behind the mails: what is asked at once would be without the last one.
const NUMBERS_AFTER_MS = 2_500;
let numbersTimer: ReturnType<typeof setTimeout> | undefined;

/** Home's numbers, and how many mails wait for each mailbox: once for all that changes in the meantime. */
function noteNumbers(client: QueryClient): void {
  if (numbersTimer) return;
  numbersTimer = setTimeout(() => {
    numbersTimer = undefined;
    void client.invalidateQueries({ queryKey: keys.overview });
    void client.invalidateQueries({ queryKey: keys.mailboxes, exact: true });
  }, NUMBERS_AFTER_MS);
}

/** Fetches again what the event stream says has changed. Devices and mailboxes are few and change by hand: as a whole. */
async function refreshChanged(client: QueryClient, kinds: Set<ChangedKind>): Promise<void> {
  const isDevicesTurn = kinds.has('devices') || Date.now() - devicesAt >= DEVICES_GAP_MS;
  if (isDevicesTurn) devicesAt = Date.now();
  await Promise.all([
    // A device that is refused is told as a device; the log has its refusals as rows.
    kinds.has('messages') || kinds.has('devices') ? refreshMessages(client) : null,
    kinds.has('sessions') ? client.invalidateQueries({ queryKey: ['sessions', 'list'] }) : null,
    kinds.has('mailboxes') ? client.invalidateQueries({ queryKey: keys.mailboxes }) : null,
    isDevicesTurn ? client.invalidateQueries({ queryKey: keys.devices }) : null,
    noteNumbers(client),
  ]);
}

/** Keeps the signed-in pages up to date. */
export function LiveChanges({ children }: { children: ReactNode }) {
  return <LiveProvider refresh={refreshChanged}>{children}</LiveProvider>;
}
