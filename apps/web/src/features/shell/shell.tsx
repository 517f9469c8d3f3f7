'use client';
import { Button } from '@hikyaku/ui';
import { Bell, LogOut } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useMe } from '../session/me-context.tsx';
import { useUpdateMe } from '../session/queries.ts';
import { useSignOut } from '../session/use-sign-out.ts';
import { LanguageSwitch } from './language-switch.tsx';
import { BottomNavigation, SideNavigation } from './navigation.tsx';
import { Wordmark } from './wordmark.tsx';

/** The frame of every signed-in page. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTranslations('shell');
  const me = useMe();
  const { mutate: updateMe } = useUpdateMe();
  const { signOut, isPending } = useSignOut();
  return (
    <>
      <a
        href="#content"
        className="sr-only rounded-md bg-surface px-4 py-3 font-semibold text-ai focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50"
      >
        {t('skip')}
      </a>
      <header className="no-print sticky top-0 z-30 border-b border-line bg-paper">
        <div className="mx-auto flex min-h-16 max-w-7xl flex-wrap items-center justify-between gap-x-3 px-4 sm:px-6">
          <div className="flex min-w-0 items-center gap-3">
            <Wordmark isShort />
            <span className="hidden min-w-0 truncate border-l border-line pl-3 text-ink-soft md:block">
              {me.tenant.name}
            </span>
          </div>
          <div className="flex flex-wrap items-center gap-2">
            <Link
              href="/alerts"
              aria-label={t('alerts')}
              className="grid size-11 place-items-center rounded-md text-ink-soft hover:bg-sunken md:hidden"
            >
              <Bell aria-hidden="true" className="size-5" />
            </Link>
            <LanguageSwitch onChoose={(locale) => updateMe({ locale })} />
            <Button tone="quiet" size="sm" onClick={signOut} isBusy={isPending} className="hidden! md:inline-flex!">
              <LogOut aria-hidden="true" className="size-4.5" />
              {t('signOut')}
            </Button>
          </div>
        </div>
      </header>
      <div className="mx-auto flex max-w-7xl gap-8 px-4 pt-6 pb-28 sm:px-6 md:pt-8 md:pb-16">
        <SideNavigation />
        <main id="content" tabIndex={-1} className="min-w-0 flex-1 outline-none">
          {children}
        </main>
      </div>
      <BottomNavigation />
    </>
  );
}
