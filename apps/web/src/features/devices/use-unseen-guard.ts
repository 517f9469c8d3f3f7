'use client';
import { useEffect } from 'react';

/** Asks before the page is closed or loaded again while a password was not copied or printed; within the app it is kept. */
export function useUnseenGuard(isUnseen: boolean): void {
  useEffect(() => {
    if (!isUnseen) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUnseen]);
}
