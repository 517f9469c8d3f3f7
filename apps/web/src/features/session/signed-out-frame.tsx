'use client';
import { Mark } from '@hikyaku/ui';
import { LockKeyhole, MessageSquareText, Send, Video } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { LanguageSwitch } from '../shell/language-switch.tsx';
import { Wordmark } from '../shell/wordmark.tsx';

const PROMISES = [
  { key: 'promise1', Icon: Video },
  { key: 'promise2', Icon: Send },
  { key: 'promise3', Icon: LockKeyhole },
  { key: 'promise4', Icon: MessageSquareText },
] as const;

/** The frame of the pages before signing in: what this is on one side, the form on the other. */
export function SignedOutFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('session');
  const shell = useTranslations('shell');
  return (
    <>
      <header className="mx-auto flex min-h-16 max-w-6xl flex-wrap items-center justify-between gap-x-3 px-4 sm:px-6">
        <Wordmark />
        <LanguageSwitch />
      </header>
      <div className="mx-auto grid max-w-6xl items-start gap-x-16 gap-y-12 px-4 pt-4 pb-16 sm:px-6 lg:grid-cols-[minmax(0,27rem)_1fr] lg:pt-12">
        <main>{children}</main>
        <aside className="grid gap-7 lg:pt-3">
          <div className="flex items-center gap-4">
            <Mark size={56} className="max-lg:hidden" />
            <div>
              <h2 className="text-xl sm:text-2xl">{t('promiseTitle')}</h2>
              <p className="text-ink-soft">{shell('tagline')}</p>
            </div>
          </div>
          <ul className="grid gap-5">
            {PROMISES.map(({ key, Icon }) => (
              <li key={key} className="flex gap-4">
                <span className="grid size-10 shrink-0 place-items-center rounded-full bg-ai-soft text-ai">
                  <Icon aria-hidden="true" className="size-5" />
                </span>
                <p className="max-w-prose self-center text-ink-soft">{t(key)}</p>
              </li>
            ))}
          </ul>
        </aside>
      </div>
    </>
  );
}
