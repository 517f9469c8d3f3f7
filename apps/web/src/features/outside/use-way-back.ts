'use client';
import type { OAuthProviderName, SignInRefusal } from '@hikyaku/contracts';
import { useSearchParams } from 'next/navigation';

/** Those that there are words for. */
const REFUSALS: Record<SignInRefusal, true> = {
  ...{ cancelled: true, ended: true, refused: true, unavailable: true, admin: true, operator: true },
  ...{ other: true, full: true, unconfirmed: true, failed: true },
};
const isRefusal = (text: string | null): text is SignInRefusal => text !== null && Object.hasOwn(REFUSALS, text);
const providerIn = (text: string | null): OAuthProviderName => (text === 'google' ? 'google' : 'microsoft');

/** What the address says of the way to a provider and back: why it ended, or what is linked now. Anybody may write it there; it is only told. */
export function useWayBack(): { refused: SignInRefusal | null; isLinked: boolean; provider: OAuthProviderName } {
  const search = useSearchParams();
  const refused = search.get('refused');
  const linked = search.get('linked');
  return {
    refused: isRefusal(refused) ? refused : null,
    isLinked: linked !== null,
    provider: providerIn(linked ?? search.get('by') ?? search.get('with')),
  };
}
