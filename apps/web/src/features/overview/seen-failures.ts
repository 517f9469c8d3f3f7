'use client';
import { useCallback, useState } from 'react';

const PREFIX = 'hikyaku.seen-failures.';

function read(tenantId: string): string {
  try {
    return localStorage.getItem(PREFIX + tenantId) ?? '';
  } catch {
    // A browser that keeps nothing shows them until they are a week old.
    return '';
  }
}

/** Until when the reader has seen what failed (a moment of acceptance, empty for never), and how he says so. Kept in this browser. */
export function useSeenFailures(tenantId: string): { seenUntil: string; markSeen: (acceptedAt: string) => void } {
  const [seenUntil, setSeenUntil] = useState(() => read(tenantId));
  const markSeen = useCallback(
    (acceptedAt: string) => {
      setSeenUntil(acceptedAt);
      try {
        localStorage.setItem(PREFIX + tenantId, acceptedAt);
      } catch {
        // See above.
      }
    },
    [tenantId],
  );
  return { seenUntil, markSeen };
}
