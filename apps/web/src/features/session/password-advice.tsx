'use client';
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { passwordWeakness } from './password-weakness.ts';

interface PasswordAdviceProps {
  password: string;
  /** Name and address, which are guessed first. */
  about: readonly string[];
}

/** A word on a password that is guessed early. It forbids nothing: its owner decides. */
export function PasswordAdvice({ password, about }: PasswordAdviceProps) {
  const t = useTranslations('session');
  const weakness = passwordWeakness(password, about);
  return (
    <p role="status" className="-mt-3 flex gap-2 text-sm font-medium text-warn empty:hidden">
      {weakness ? (
        <>
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4.5 shrink-0" />
          {t(weakness)}
        </>
      ) : null}
    </p>
  );
}
