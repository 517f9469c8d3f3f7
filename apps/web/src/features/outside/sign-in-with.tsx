'use client';
import { buttonClass } from '@hikyaku/ui';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useInstance } from '../session/queries.ts';
import { safeReturnPath } from '../session/return-path.ts';
import { ProviderMark } from './provider-mark.tsx';

/** Signing in by what is set up here. Links, so they are good before the page's scripts are there. */
export function SignInWith() {
  const t = useTranslations('outside');
  const { data: instance } = useInstance();
  const next = safeReturnPath(useSearchParams().get('next'));
  if (!instance?.signInWith.length) return null;
  return (
    <div className="mt-5 grid gap-3">
      <p className="flex items-center gap-3 text-sm text-ink-soft before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
        {t('or')}
      </p>
      {instance.signInWith.map((provider) => (
        <a
          key={provider}
          href={`/api/auth/sign-in-with/${provider}${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`}
          className={buttonClass('secondary')}
        >
          <ProviderMark provider={provider} />
          {t(`buttons.${provider}`)}
        </a>
      ))}
    </div>
  );
}
