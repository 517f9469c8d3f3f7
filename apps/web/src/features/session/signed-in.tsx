'use client';
import { usePathname, useRouter } from 'next/navigation';
import { type ReactNode, useEffect } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ShellSkeleton } from '../shell/shell-skeleton.tsx';
import { InZone } from './in-zone.tsx';
import { MeContext } from './me-context.tsx';
import { useMeQuery } from './queries.ts';

/** Shows its children to whoever is signed in, and the sign-in page to everybody else. What may be seen is the api's decision, call by call. */
export function SignedIn({ children }: { children: ReactNode }) {
  const { data: me, error, refetch } = useMeQuery();
  const router = useRouter();
  const path = usePathname();
  const isStranger = error instanceof ApiProblem && error.status === 401;

  useEffect(() => {
    // With what the address says of the page: a tab of it, a filter.
    const here = path + window.location.search;
    if (isStranger) router.replace(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`);
  }, [isStranger, path, router]);

  if (me && !isStranger) {
    return (
      <MeContext value={me}>
        <InZone zone={me.tenant.timeZone}>{children}</InZone>
      </MeContext>
    );
  }
  if (error && !isStranger) {
    return (
      <main className="mx-auto max-w-xl px-4 py-16">
        <LoadFailed level={1} error={error} onRetry={refetch} />
      </main>
    );
  }
  return <ShellSkeleton />;
}
