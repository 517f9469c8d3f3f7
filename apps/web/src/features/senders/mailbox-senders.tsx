'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { AddSender } from './add-sender.tsx';
import { useSenders } from './queries.ts';
import { SenderRow } from './sender-row.tsx';

/** Further addresses that a mailbox's devices may send from; folded away, and asked for when it is opened. */
export function MailboxSenders({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('senders');
  const [isOpen, setIsOpen] = useState(false);
  const { data } = useSenders(isOpen ? mailbox.id : '', { isWatched: true });
  return (
    <details className="group mt-3 border-t border-line pt-2" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md font-semibold">
        <ChevronRight aria-hidden="true" className="size-5 text-ink-soft transition-transform group-open:rotate-90" />
        {t('title')}
      </summary>
      <div className="grid gap-4 pt-1">
        <p className="text-sm text-ink-soft">{t('lead')}</p>
        {data?.items.length ? (
          <ul className="grid gap-3">
            {data.items.map((sender) => (
              <SenderRow key={sender.id} sender={sender} mailbox={mailbox} />
            ))}
          </ul>
        ) : null}
        <AddSender mailbox={mailbox} />
      </div>
    </details>
  );
}
