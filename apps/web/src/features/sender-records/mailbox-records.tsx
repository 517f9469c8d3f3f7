'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useSmtpServices } from '../mailboxes/use-smtp-services.ts';
import { RecordList } from './record-list.tsx';

/** What the domain of somebody's own server needs in the DNS; nothing where the address is a mail service's, which looks after its own. */
export function MailboxRecords({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('records');
  const services = useSmtpServices();
  const [isOpen, setIsOpen] = useState(false);
  if (!services || services.presetOfAddress(mailbox.address)) return null;
  return (
    <details className="group mt-3 border-t border-line pt-2" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-md font-semibold">
        <ChevronRight aria-hidden="true" className="size-5 text-ink-soft transition-transform group-open:rotate-90" />
        {t('title')}
      </summary>
      <div className="grid gap-5 pt-1">
        <p className="text-sm text-ink-soft">{t('lead')}</p>
        <RecordList mailboxId={mailbox.id} isWanted={isOpen} />
      </div>
    </details>
  );
}
