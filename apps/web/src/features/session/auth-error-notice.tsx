'use client';
import { Notice } from '@hikyaku/ui';
import { CircleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { authErrorKey } from './auth-error.ts';

/** Why a form of the pages before signing in was refused. Nothing while it was not. */
export function AuthErrorNotice({ error }: { error: Error | null }) {
  const t = useTranslations('session');
  if (!error) return null;
  return (
    <Notice tone="bad" isAlert icon={<CircleAlert aria-hidden="true" className="size-5" />}>
      {t(authErrorKey(error))}
    </Notice>
  );
}
