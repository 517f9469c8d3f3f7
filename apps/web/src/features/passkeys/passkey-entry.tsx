'use client';
import { Button } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useSyncExternalStore } from 'react';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { canUsePasskeys } from './can-use-passkeys.ts';
import { useOfferedPasskey } from './use-offered-passkey.ts';

const never = () => () => {};

/**
 * Signing in by a passkey: a button, and where this browser has one of here, among what it offers in the field of the address. The button stands
 * from the beginning, so that nothing moves under a finger; what speaks to the browser is fetched when it is wanted.
 */
export function PasskeyEntry({ onDone }: { onDone: () => void }) {
  const t = useTranslations('passkeys');
  const canUse = useSyncExternalStore(never, canUsePasskeys, () => true);
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: async () => (await import('./passkey-requests.ts')).enterByPasskey({ isOffered: false }),
    onSuccess: onDone,
  });
  const offered = useOfferedPasskey({ isOn: canUse && !isPending && !isSuccess, onDone });
  if (!canUse) return null;
  return (
    <div className="mt-5 grid gap-5">
      <Button tone="secondary" isBusy={isPending || isSuccess} onClick={() => mutate()}>
        <KeyRound aria-hidden="true" className="size-4.5" />
        {t('enter')}
      </Button>
      <AuthErrorNotice error={error ?? offered} />
    </div>
  );
}
