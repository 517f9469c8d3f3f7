'use client';
import { PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { AlertList } from './alert-list.tsx';
import { ChannelCard } from './channel-card.tsx';
import { ChannelForm } from './channel-form.tsx';
import { useChannels } from './queries.ts';

/** How an owner is told without looking here, and what he was told. */
export function AlertsPage() {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  const canEdit = useCanEdit();
  const { data, error, refetch } = useChannels();
  return (
    <>
      <PageHeader title={t('title')} lead={t('lead')} />
      <div className="grid max-w-3xl gap-6">
        {!data && error ? <LoadFailed error={error} onRetry={refetch} /> : null}
        {!data && !error ? <SkeletonRows count={2} label={common('loading')} /> : null}
        {data?.items.map((channel) => (
          <ChannelCard key={channel.id} channel={channel} />
        ))}
        {data && canEdit ? (
          <ChannelForm kinds={data.kinds} isFirst={!data.items.length} pushKey={data.pushKey} />
        ) : null}
        {data && !canEdit ? <p className="text-ink-soft">{common('viewerHint')}</p> : null}
        <AlertList />
      </div>
    </>
  );
}
