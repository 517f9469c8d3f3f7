'use client';
import { buttonClass, EmptyState, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { Plus, Video } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import type { FleetRow } from '../fleet/device-order.ts';
import { FleetList } from '../fleet/fleet-list.tsx';
import type { IssuedLogin } from '../fleet/run-import.ts';
import { useFleet } from '../fleet/use-fleet.ts';
import { useGroups } from '../groups/queries.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';

// Opened by few: fetched then.
const BulkDialog = dynamic(() => import('../fleet/bulk-dialog.tsx').then((module) => module.BulkDialog));
const IssuedPanel = dynamic(() => import('../fleet/issued-panel.tsx').then((module) => module.IssuedPanel));

export function DevicesPage() {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const canEdit = useCanEdit();
  const { pages, isWhole, error, refetch } = useFleet();
  const { data: mailboxes, error: mailboxesError, refetch: refetchMailboxes } = useMailboxes();
  const { data: groups, error: groupsError, refetch: refetchGroups } = useGroups();
  const [changed, setChanged] = useState<readonly FleetRow[] | null>(null);
  const [issued, setIssued] = useState<readonly IssuedLogin[]>([]);
  const rows = useMemo(
    () =>
      (pages ?? []).flatMap((page) =>
        page.items.map((device) => ({
          device,
          mailbox: mailboxes?.items.find((mailbox) => mailbox.id === device.mailboxId),
          group: groups?.items.find((group) => group.id === device.groupId),
        })),
      ),
    [pages, mailboxes, groups],
  );
  const failed = (pages ? null : error) ?? (mailboxes ? null : mailboxesError) ?? (groups ? null : groupsError);
  const isReady = pages !== undefined && mailboxes !== undefined && groups !== undefined;

  return (
    <>
      <div className={issued.length ? 'no-print' : undefined}>
        <PageHeader title={t('title')} lead={t('lead')} action={canEdit && rows.length ? <AddDevice /> : null} />
      </div>
      {issued.length ? <IssuedPanel issued={issued} onClose={() => setIssued([])} /> : null}
      {failed ? (
        <LoadFailed error={failed} onRetry={() => Promise.all([refetch(), refetchMailboxes(), refetchGroups()])} />
      ) : null}
      {!failed && !isReady ? <SkeletonRows label={common('loading')} /> : null}
      {isReady && !rows.length ? (
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
      {isReady && rows.length ? (
        <div className={issued.length ? 'no-print' : undefined}>
          <FleetList
            rows={rows}
            mailboxes={mailboxes.items}
            groups={groups.items}
            isWhole={isWhole}
            onChangeAll={canEdit ? setChanged : null}
          />
        </div>
      ) : null}
      {changed && mailboxes ? (
        <BulkDialog
          rows={changed}
          mailboxes={mailboxes.items}
          onClose={() => setChanged(null)}
          onIssued={(made) => setIssued((before) => [...before, ...made])}
        />
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
