'use client';
import { classNames } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useRef, useTransition } from 'react';
import { LOCALE_COOKIE, LOCALES, type Locale } from '../../i18n/locale.ts';
import { rememberInCookie } from './remember.ts';

const NAMES: Record<Locale, string> = { ja: '日本語', en: 'English' };

interface LanguageSwitchProps {
  /** Besides the cookie: keeps the choice with the account, for mail that we send. */
  onChoose?: (locale: Locale) => void;
}

export function LanguageSwitch({ onChoose }: LanguageSwitchProps) {
  const t = useTranslations('shell');
  const current = useLocale();
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const client = useQueryClient();
  const shown = useRef(current);
  useEffect(() => {
    if (shown.current === current) return;
    shown.current = current;
    // What the api has said in words was said in the other language.
    void client.invalidateQueries();
  }, [current, client]);

  function choose(locale: Locale) {
    if (locale === current) return;
    rememberInCookie(LOCALE_COOKIE, locale);
    onChoose?.(locale);
    startTransition(() => router.refresh());
  }

  return (
    <fieldset
      aria-label={t('language')}
      className="flex flex-wrap rounded-md bg-sunken p-1"
      aria-busy={isPending || undefined}
    >
      {LOCALES.map((locale) => (
        <button
          key={locale}
          type="button"
          lang={locale}
          aria-pressed={locale === current}
          onClick={() => choose(locale)}
          className={classNames(
            'min-h-9 cursor-pointer rounded-sm px-2.5 text-sm font-semibold whitespace-nowrap',
            locale === current ? 'bg-surface text-ink shadow-lift' : 'text-ink-soft hover:text-ink',
          )}
        >
          {NAMES[locale]}
        </button>
      ))}
    </fieldset>
  );
}
