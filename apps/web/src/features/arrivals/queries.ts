import type { Arrival, ArrivalAnswer, ArrivalList } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** Whoever has just sent a test looks whether it is confirmed: no live event tells of that. */
const LOOK_EVERY_MS = 10_000;
/** After that long nobody stands before the page and waits. */
const LOOK_FOR_MS = 15 * 60_000;

const isAwaited = ({ confirmedAt, deniedAt, askedAt }: Arrival): boolean =>
  !deniedAt && (confirmedAt ?? '') < askedAt && Date.now() - Date.parse(askedAt) < LOOK_FOR_MS;

/** What is known of each recipient of a device, or of the tests of a mailbox. */
export function useArrivals(of: { deviceId: string } | { mailboxId: string }) {
  return useQuery({
    queryKey: keys.arrivals(of),
    queryFn: ({ signal }) => request<ArrivalList>('GET', `/api/v1/arrivals${query({ ...of })}`, undefined, signal),
    refetchInterval: ({ state }) => (state.data?.items.some(isAwaited) ? LOOK_EVERY_MS : false),
  });
}

/** A member's word about a mail. */
export function useAnswerArrival(messageId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (answer: ArrivalAnswer) => request('POST', `/api/v1/messages/${messageId}/arrival`, answer),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.allArrivals }),
  });
}

/** Confirms by the link in a test mail, without a login. */
export function confirmArrival(token: string) {
  return request('POST', '/api/arrivals', { token });
}
