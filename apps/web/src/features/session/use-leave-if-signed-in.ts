'use client';
import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect } from 'react';
import { useMeQuery } from './queries.ts';
import { safeReturnPath } from './return-path.ts';

/** Whoever is signed in already is led on from the forms of those who are not. */
export function useLeaveIfSignedIn(): void {
  const router = useRouter();
  const next = safeReturnPath(useSearchParams().get('next'));
  // After an ended session there is still data in the cache, but the last word was a refusal.
  const { isSuccess } = useMeQuery();
  useEffect(() => {
    if (isSuccess) router.replace(next);
  }, [isSuccess, next, router]);
}
