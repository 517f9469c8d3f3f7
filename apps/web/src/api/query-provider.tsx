'use client';
import type { Instance } from '@hikyaku/contracts';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { keys } from './keys.ts';
import { ApiProblem } from './problem.ts';

const MAX_RETRIES = 2;

/** A refusal will not change by asking again; a line that broke may. */
function shouldRetry(count: number, thrown: Error): boolean {
  const isTemporary = thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status >= 500);
  return isTemporary && count < MAX_RETRIES;
}

/** `instance`: what came with the page is not asked for again. */
export function QueryProvider({ instance, children }: { instance: Instance | null; children: ReactNode }) {
  const [client] = useState(() => {
    const made = new QueryClient({
      defaultOptions: {
        // Without a line a page says so, as it does of a relay that does not answer, instead of turning until there is one; and what was pressed then is not done later, unseen.
        queries: { retry: shouldRetry, staleTime: 5_000, networkMode: 'always', refetchOnReconnect: true },
        mutations: { networkMode: 'always' },
      },
    });
    if (instance) made.setQueryDefaults(keys.instance, { initialData: instance });
    return made;
  });
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
