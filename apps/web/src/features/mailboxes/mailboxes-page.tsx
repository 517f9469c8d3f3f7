'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { BounceCard } from '../bounces/bounce-card.tsx';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ConnectCard } from './connect-card.tsx';
import { ConnectResult } from './connect-result.tsx';
import { MailboxCard } from './mailbox-card.tsx';
import { useMailboxes } from './queries.ts';

/** What needs its owner stands on top. */
function worstFirst(mailboxes: readonly Mailbox[]): Mailbox[] {
  return mailboxes.toSorted((a, b) => Number(a.state === 'active') - Number(b.state === 'active'));
}

export function MailboxesPage() {
  const t = useTranslations('mailboxes');
  const common = useTranslations('common');
  const { data, error, refetch } = useMailboxes();
  const canEdit = useCanEdit();
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <div className="grid gap-6">
        <ConnectResult mailboxes={data?.items} />
        {!data && error ? <LoadFailed error={error} onRetry={refetch} /> : null}
        {!data && !error ? <SkeletonRows count={2} label={common('loading')} /> : null}
        {data?.items.length ? (
          <ul className="grid gap-4">
            {worstFirst(data.items).map((mailbox) => (
              <li key={mailbox.id}>
                <MailboxCard mailbox={mailbox} isOneOfSeveral={data.items.length > 1} />
              </li>
            ))}
          </ul>
        ) : null}
        {data ? (
          canEdit ? (
            <ConnectCard isFirst={!data.items.length} />
          ) : (
            <p className="text-ink-soft">{common('viewerHint')}</p>
          )
        ) : null}
        {data?.items.length ? <BounceCard /> : null}
      </div>
    </>
  );
}
