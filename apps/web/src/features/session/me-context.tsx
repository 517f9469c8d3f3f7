'use client';
import type { Me } from '@hikyaku/contracts';
import { createContext, useContext } from 'react';

export const MeContext = createContext<Me | null>(null);

/** The signed-in person. Only below `SignedIn`. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe is used outside SignedIn');
  return me;
}

/** Whether the person may change things; viewers may only look. The api decides, this only greys out. */
export function useCanEdit(): boolean {
  return useMe().role !== 'viewer';
}
