'use client';
import { Button, buttonClass, EmptyState, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { Plus, Video } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import type { FleetRow } from '../fleet/device-order.ts';
import { FleetList } from '../fleet/fleet-list.tsx';
import { useFleet } from '../fleet/use-fleet.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';

// Opened by few: fetched then.
const BulkDialog = dynamic(() => import('../fleet/bulk-dialog.tsx').then((module) => module.BulkDialog));

export function DevicesPage() {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const canEdit = useCanEdit();
  const { pages, isWhole, error, refetch } = useFleet();
  const { data: mailboxes, error: mailboxesError, refetch: refetchMailboxes } = useMailboxes();
  const [changed, setChanged] = useState<readonly FleetRow[] | null>(null);
  const rows = useMemo(
    () =>
      (pages ?? []).flatMap((page) =>
        page.items.map((device) => ({
          device,
          mailbox: mailboxes?.items.find((mailbox) => mailbox.id === device.mailboxId),
        })),
      ),
    [pages, mailboxes],
  );
  const failed = (pages ? null : error) ?? (mailboxes ? null : mailboxesError);

  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} action={canEdit && rows.length ? <AddDevice /> : null} />
      {failed ? <LoadFailed error={failed} onRetry={() => Promise.all([refetch(), refetchMailboxes()])} /> : null}
      {!failed && !(pages && mailboxes) ? <SkeletonRows label={common('loading')} /> : null}
      {pages && mailboxes && !rows.length ? (
        <EmptyState
          icon={<Video aria-hidden="true" className="size-6" />}
          title={t('emptyTitle')}
          action={
            canEdit ? (
              mailboxes.items.length ? (
                <>
                  <AddDevice />
                  <Link href="/devices/import" className={buttonClass('secondary')}>
                    {t('import')}
                  </Link>
                </>
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
      {pages && mailboxes && rows.length ? (
        <FleetList
          rows={rows}
          mailboxes={mailboxes.items}
          isWhole={isWhole}
          actions={(shown) =>
            canEdit && isWhole && shown.length > 1 ? (
              <Button tone="secondary" size="sm" onClick={() => setChanged(shown)}>
                {t('changeShown', { count: shown.length })}
              </Button>
            ) : null
          }
        />
      ) : null}
      {changed && mailboxes ? (
        <BulkDialog rows={changed} mailboxes={mailboxes.items} onClose={() => setChanged(null)} />
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
