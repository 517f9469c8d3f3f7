'use client';
import { PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDevices } from '../devices/queries.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { LiveDot } from '../messages/live-dot.tsx';
import { useMessages } from '../messages/queries.ts';
import { useMe } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { NewestMail } from './newest-mail.tsx';
import { Problems } from './problems.tsx';
import { SetupSteps } from './setup-steps.tsx';
import { TodayNumbers } from './today-numbers.tsx';

const NEWEST = 5;

/** What an owner looks for: is everything set up, is anything wrong, what came today. */
export function OverviewPage() {
  const t = useTranslations('overview');
  const common = useTranslations('common');
  const me = useMe();
  const mailboxes = useMailboxes();
  const devices = useDevices();
  const newest = useMessages({}, NEWEST);
  const isReady = mailboxes.data && devices.data && newest.data;
  const error = mailboxes.error ?? devices.error ?? newest.error;

  if (!isReady) {
    return (
      <>
        <PageHeader title={t('greeting', { name: me.user.name })} />
        {error ? (
          <LoadFailed
            error={error}
            onRetry={() => Promise.all([mailboxes.refetch(), devices.refetch(), newest.refetch()])}
          />
        ) : (
          <SkeletonRows label={common('loading')} />
        )}
      </>
    );
  }

  const messages = newest.data.pages[0]?.items ?? [];
  const firstDevice = devices.data.pages[0]?.items[0];
  const hasAll = mailboxes.data.items.length > 0 && firstDevice !== undefined && messages.length > 0;
  return (
    <>
      <PageHeader title={t('greeting', { name: me.user.name })} action={hasAll ? <LiveDot /> : null} />
      <div className="grid gap-6">
        {hasAll ? null : (
          <SetupSteps
            hasMailbox={mailboxes.data.items.length > 0}
            deviceId={firstDevice?.id ?? null}
            hasMail={messages.length > 0}
          />
        )}
        {hasAll ? <Problems mailboxes={mailboxes.data.items} /> : null}
        {hasAll ? <TodayNumbers /> : null}
        {firstDevice ? <NewestMail messages={messages} /> : null}
      </div>
    </>
  );
}
