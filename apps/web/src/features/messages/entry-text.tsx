'use client';
import type { LogEntry } from '@hikyaku/contracts';
import { Badge } from '@hikyaku/ui';
import { DoorClosed } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ItemLink } from '../shell/item-link.tsx';
import { StateBadge } from './state-badge.tsx';
import { Subject, useRecipientText } from './subject.tsx';

/** What a row of the log is about, as a link to its page: a mail's story, or the refused dialogue. */
export function EntryTitle({ entry }: { entry: LogEntry }) {
  const href = entry.kind === 'mail' ? `/messages/${entry.id}` : `/refusals/${entry.id}`;
  return (
    <ItemLink href={href} className="text-ink no-underline after:absolute after:inset-0 hover:underline">
      <EntryName entry={entry} />
    </ItemLink>
  );
}

/** The same without its link. */
export function EntryName({ entry }: { entry: LogEntry }) {
  const t = useTranslations('messages');
  if (entry.kind === 'mail') return <Subject message={entry} />;
  return <span className="font-semibold">{entry.diagnosis?.title ?? t('refused')}</span>;
}

/** The line below: whom a mail is for, where a refused device came from. */
export function useEntryNote(): (entry: LogEntry) => string {
  const t = useTranslations('messages');
  const recipientText = useRecipientText();
  return (entry) => {
    if (entry.kind === 'mail') return recipientText(entry.recipients);
    return t('refusedFrom', { address: entry.address, port: String(entry.port ?? '–') });
  };
}

export function EntryState({ entry }: { entry: LogEntry }) {
  const t = useTranslations('messages');
  if (entry.kind === 'mail') return <StateBadge message={entry} />;
  return (
    <Badge tone="bad" icon={<DoorClosed aria-hidden="true" className="size-4 shrink-0" />}>
      {t('refused')}
    </Badge>
  );
}
