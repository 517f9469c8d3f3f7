'use client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { signOut as requestSignOut } from './auth-requests.ts';

export function useSignOut() {
  const client = useQueryClient();
  const router = useRouter();
  const { mutate, isPending } = useMutation({
    mutationFn: requestSignOut,
    onSettled: () => {
      // Nothing of this person stays in the page for the next one.
      router.replace('/sign-in');
      client.clear();
    },
  });
  return { signOut: () => mutate(), isPending };
}
