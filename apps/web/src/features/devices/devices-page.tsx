'use client';
import { Button, buttonClass, EmptyState, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { Plus, Video } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { DeviceCards } from './device-cards.tsx';
import { DeviceTable } from './device-table.tsx';
import { useDevices } from './queries.ts';

export function DevicesPage() {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const canEdit = useCanEdit();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useDevices();
  const { data: mailboxes, error: mailboxesError, refetch: refetchMailboxes } = useMailboxes();
  const rows = useMemo(
    () =>
      (data?.pages ?? []).flatMap((page) =>
        page.items.map((device) => ({
          device,
          mailbox: mailboxes?.items.find((mailbox) => mailbox.id === device.mailboxId),
        })),
      ),
    [data, mailboxes],
  );
  const failed = (data ? null : error) ?? (mailboxes ? null : mailboxesError);

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} action={canEdit && rows.length ? <AddDevice /> : null} />
      {failed ? <LoadFailed error={failed} onRetry={() => Promise.all([refetch(), refetchMailboxes()])} /> : null}
      {!failed && !(data && mailboxes) ? <SkeletonRows label={common('loading')} /> : null}
      {data && mailboxes && !rows.length ? (
        <EmptyState
          icon={<Video aria-hidden="true" className="size-6" />}
          title={t('emptyTitle')}
          action={
            canEdit ? (
              mailboxes.items.length ? (
                <AddDevice />
              ) : (
                <Link href="/mailboxes" className={buttonClass()}>
                  {t('connectMailbox')}
                </Link>
              )
            ) : null
          }
        >
          {mailboxes.items.length ? t('emptyText') : t('emptyNeedsMailbox')}
        </EmptyState>
      ) : null}
      {data && mailboxes && rows.length ? (
        <div className="grid gap-4">
          <DeviceTable rows={rows} />
          <DeviceCards rows={rows} />
          {hasNextPage ? (
            <Button
              tone="secondary"
              onClick={() => fetchNextPage()}
              isBusy={isFetchingNextPage}
              className="justify-self-center"
            >
              {common('loadMore')}
            </Button>
          ) : null}
        </div>
      ) : null}
    </>
  );
}

function AddDevice() {
  const t = useTranslations('devices');
  return (
    <Link href="/devices/new" className={buttonClass()}>
      <Plus aria-hidden="true" className="size-5" />
      {t('add')}
    </Link>
  );
}
