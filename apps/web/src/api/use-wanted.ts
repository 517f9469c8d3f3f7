'use client';
import { useRef, useState } from 'react';

/** How a part of what is kept is changed: a mutation of TanStack Query, whose saves of one thing share a scope. */
interface Saving<Part> {
  mutate(part: Part, callbacks: { onSuccess(): void; onSettled(): void }): void;
}

/**
 * What is kept, and over it what was just asked for. Each change is made to what the page shows, not to what the api
 * last said: two within one answer's time lose nothing. A refusal shows what is kept again.
 */
export function useWanted<Kept extends object>(kept: Kept, saving: Saving<Partial<Kept>>, onSaved?: () => void) {
  // The state is what is drawn; the other is there at once, for a second change before the page is drawn.
  const [asked, setAsked] = useState<Partial<Kept>>({});
  const newest = useRef<Partial<Kept>>({});
  const ask = (parts: Partial<Kept>): void => {
    newest.current = parts;
    setAsked(parts);
  };
  const change = (partOf: (shown: Kept) => Partial<Kept>): void => {
    const part = partOf({ ...kept, ...newest.current });
    ask({ ...newest.current, ...part });
    // A mutation calls back for its last save alone, which is when all of them are over.
    saving.mutate(part, { onSuccess: () => onSaved?.(), onSettled: () => ask({}) });
  };
  return { shown: { ...kept, ...asked }, change };
}
