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

/** What holds for all devices of a site. */
export function SitePage({ id }: { id: string }) {
  const t = useTranslations('groups');
  const common = useTranslations('common');
  const { data: groups, error, refetch } = useGroups();
  const { data: mailboxes } = useMailboxes();
  if (!groups || !mailboxes) {
    return error ? (
      <LoadFailed level={1} error={error} onRetry={refetch} />
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
        <RulesCard of={{ kind: 'groups', id }} mailboxes={mailboxes.items} />
      </div>
    </>
  );
}
