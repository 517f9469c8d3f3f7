'use client';
import { PageHeader, SkeletonRows } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { BackToDevices } from '../devices/back-to-devices.tsx';
import { useMailboxes } from '../mailboxes/queries.ts';
import { RulesCard } from '../rules/rules-card.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { NotFoundView } from '../shell/not-found-view.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useGroups } from './queries.ts';
import { SiteStorms } from './site-storms.tsx';

/** What holds for all devices of a site. */
export function SitePage({ id }: { id: string }) {
  const t = useTranslations('groups');
  const common = useTranslations('common');
  const { data: groups, error: groupsError, refetch: refetchGroups } = useGroups();
  const { data: mailboxes, error: mailboxesError, refetch: refetchMailboxes } = useMailboxes();
  const error = groupsError ?? mailboxesError;
  if (!groups || !mailboxes) {
    return error ? (
      <LoadFailed level={1} error={error} onRetry={() => Promise.all([refetchGroups(), refetchMailboxes()])} />
    ) : (
      <SkeletonRows label={common('loading')} />
    );
  }
  const group = groups.items.find((one) => one.id === id);
  if (!group) return <NotFoundView />;
  return (
    <>
      <PageTitle>{group.name}</PageTitle>
      <PageHeader
        back={<BackToDevices />}
        title={group.name}
        lead={<Link href={`/devices?site=${group.id}`}>{t('count', { count: group.deviceCount })}</Link>}
      />
      <div className="grid max-w-2xl gap-6">
        <SiteStorms group={group} />
        <RulesCard of={{ kind: 'groups', id }} mailboxes={mailboxes.items} />
      </div>
    </>
  );
}
