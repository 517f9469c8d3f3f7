'use client';
import type { SenderRecords } from '@hikyaku/contracts';
import { useQuery } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { query, request } from '../../api/request.ts';

/** What the DNS says of a mailbox's domain, asked for when it is looked at. `selector`: empty while its owner named none. */
export function useSenderRecords(mailboxId: string, selector: string, isWanted: boolean) {
  return useQuery({
    queryKey: keys.senderRecords(mailboxId, selector),
    queryFn: ({ signal }) =>
      request<SenderRecords>(
        'GET',
        `/api/v1/mailboxes/${mailboxId}/sender-records${query({ selector: selector || undefined })}`,
        undefined,
        signal,
      ),
    enabled: isWanted,
    // Whoever has just changed the DNS presses the button.
    staleTime: 60_000,
  });
}
