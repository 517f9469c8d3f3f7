'use client';
import { useSyncExternalStore } from 'react';

// Tailwind's `md`: from here on the log has columns.
const WIDE = '(min-width: 48rem)';

function subscribe(onChange: () => void): () => void {
  const media = window.matchMedia(WIDE);
  media.addEventListener('change', onChange);
  return () => media.removeEventListener('change', onChange);
}

/** Whether there is room for columns: a long log is drawn once, not twice with one of them hidden. */
export function useIsWide(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => window.matchMedia(WIDE).matches,
    () => true,
  );
}
