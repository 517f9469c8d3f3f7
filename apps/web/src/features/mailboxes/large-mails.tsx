'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { ButtonAnchor } from '@hikyaku/ui';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { largeUrl } from './queries.ts';

/** Large mails leave whole where their owner gave the permission for it; folded away, since few need it. */
export function LargeMails({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('mailboxes');
  return (
    <details className="group mt-3 border-t border-line pt-2">
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md font-semibold">
        <ChevronRight aria-hidden="true" className="size-5 text-ink-soft transition-transform group-open:rotate-90" />
        {t('largeTitle')}
      </summary>
      <div className="grid max-w-xl gap-3 pt-1">
        {mailbox.maySendLarge ? (
          <p>{t('largeOn')}</p>
        ) : (
          <>
            <p>{t('largeText')}</p>
            <p className="text-sm text-ink-soft">{t('largeHint')}</p>
            <ButtonAnchor href={largeUrl(mailbox)} tone="secondary" className="justify-self-start">
              {t('largeGive')}
            </ButtonAnchor>
          </>
        )}
      </div>
    </details>
  );
}
