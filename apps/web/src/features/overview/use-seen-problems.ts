'use client';
import type { SeenProblem, SeenProblemList } from '@hikyaku/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys.ts';
import { request } from '../../api/request.ts';

export interface SeenProblems {
  /** How a problem was when the reader said that he had seen it; undefined: never. */
  markOf: (problem: string) => string | undefined;
  see: (problem: string, mark: string) => void;
}

/** What the reader has seen, on whichever device he did. Undefined until it is known. */
export function useSeenProblems(): SeenProblems | undefined {
  const client = useQueryClient();
  const { data, isError } = useQuery({
    queryKey: keys.seen,
    queryFn: ({ signal }) => request<SeenProblemList>('GET', '/api/v1/me/seen', undefined, signal),
  });
  const { mutate } = useMutation({
    mutationFn: (seen: SeenProblem) => request('POST', '/api/v1/me/seen', seen),
    // At once; what the server then says counts.
    onMutate: (seen) =>
      client.setQueryData<SeenProblemList>(keys.seen, (known) => ({
        items: [seen, ...(known?.items ?? []).filter(({ problem }) => problem !== seen.problem)],
      })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.seen }),
  });
  // Where it cannot be asked, everything is shown.
  const items = data?.items ?? (isError ? [] : undefined);
  if (!items) return undefined;
  return {
    markOf: (name) => items.find(({ problem }) => problem === name)?.mark,
    see: (problem, mark) => mutate({ problem, mark }),
  };
}
