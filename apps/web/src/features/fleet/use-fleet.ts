'use client';
import { useEffect } from 'react';
import { useDevices } from '../devices/queries.ts';

/** Every device, page after page: searched and sorted as a whole. `isWhole`: nothing is missing. */
export function useFleet() {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useDevices();
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !error) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, error, fetchNextPage]);
  return { pages: data?.pages, isWhole: data !== undefined && !hasNextPage, error, refetch };
}
