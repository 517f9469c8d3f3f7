'use client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { ApiProblem } from './problem.ts';

const MAX_RETRIES = 2;

/** A refusal will not change by asking again; a line that broke may. */
function shouldRetry(count: number, thrown: Error): boolean {
  const isTemporary = thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status >= 500);
  return isTemporary && count < MAX_RETRIES;
}

export function QueryProvider({ children }: { children: ReactNode }) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, staleTime: 5_000 } } }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
