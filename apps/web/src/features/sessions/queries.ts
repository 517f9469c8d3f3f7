'use client';
import type { DeviceWatch, Page, Session, SessionSummary } from '@hikyaku/contracts';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** Enough to count repeats; a device that fails tries a few times a minute. */
const NEWEST = 20;
/** What the event stream tells of a dialogue may get lost: the page looks itself, too. */
const POLL_MS = 5_000;
/** Before the fifteen minutes of a window are over. */
const WATCH_AGAIN_MS = 10 * 60_000;

/** The newest dialogues of a device; also those whose owner is not known, while this page watches. */
export function useSessions(deviceId: string) {
  return useQuery({
    queryKey: keys.sessions(deviceId),
    queryFn: ({ signal }) =>
      request<Page<SessionSummary>>('GET', `/api/v1/sessions${query({ deviceId, limit: NEWEST })}`, undefined, signal),
    refetchInterval: POLL_MS,
  });
}

/** A dialogue with its lines; asked for when somebody wants to read them. */
export function useSessionLines(id: string, isWanted: boolean) {
  return useQuery({
    queryKey: keys.session(id),
    queryFn: ({ signal }) => request<Session>('GET', `/api/v1/sessions/${id}`, undefined, signal),
    enabled: isWanted,
  });
}

/** Lets the relay tell this page at once what the device does, as long as the page is open. */
export function useWatch(deviceId: string, canWatch: boolean): void {
  const { mutate } = useMutation({
    mutationFn: () => request<DeviceWatch>('POST', `/api/v1/devices/${deviceId}/watch`),
  });
  useEffect(() => {
    if (!canWatch) return;
    mutate();
    const again = setInterval(() => mutate(), WATCH_AGAIN_MS);
    return () => clearInterval(again);
  }, [canWatch, mutate]);
}
