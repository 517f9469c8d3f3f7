'use client';
import type { Device, Mailbox, MessageSummary, Overview } from '@hikyaku/contracts';
import { PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useDevices } from '../devices/queries.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { LiveDot } from '../messages/live-dot.tsx';
import { useMessages } from '../messages/queries.ts';
import { useMe } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { DeviceStrip } from './device-strip.tsx';
import { NewestMail } from './newest-mail.tsx';
import { Problems } from './problems.tsx';
import { useOverview } from './queries.ts';
import { SetupSteps } from './setup-steps.tsx';
import { ThirtyDays } from './thirty-days.tsx';
import { TodayNumbers } from './today-numbers.tsx';
import { type SeenProblems, useSeenProblems } from './use-seen-problems.ts';
import { type UnseenFailures, unseenFailures, useFailures } from './use-unseen-failures.ts';
import { verdictOf } from './verdict.ts';
import { VerdictCard } from './verdict-card.tsx';

const NEWEST = 5;

/** What an owner looks for: is everything set up, is anything wrong, what came today. */
export function OverviewPage() {
  const t = useTranslations('overview');
  const common = useTranslations('common');
  const me = useMe();
  const overview = useOverview();
  const mailboxes = useMailboxes();
  const devices = useDevices();
  const newest = useMessages({}, NEWEST);
  const failed = useFailures();
  const seen = useSeenProblems();
  // All of it at once: without one of them the verdict would be a guess, or come late and push down what stands below.
  const all = [overview, mailboxes, devices, newest, failed];
  const failures = failed.data?.pages[0];
  const isReady = overview.data && mailboxes.data && devices.data && newest.data && failures && seen;
  const error = all.find((one) => !one.data && one.error)?.error;

  if (!isReady) {
    return (
      <>
        <PageHeader title={t('greeting', { name: me.user.name })} />
        {error ? (
          <LoadFailed error={error} onRetry={() => Promise.all(all.map((one) => one.refetch()))} />
        ) : (
          <SkeletonRows label={common('loading')} />
        )}
      </>
    );
  }

  const messages = newest.data.pages[0]?.items ?? [];
  const firstDevice = devices.data.pages[0]?.items[0];
  const hasAll = mailboxes.data.items.length > 0 && firstDevice !== undefined && messages.length > 0;
  if (hasAll) {
    const known = {
      overview: overview.data,
      mailboxes: mailboxes.data.items,
      failures: unseenFailures(failures, seen),
    };
    return <Home {...known} seen={seen} messages={messages} />;
  }
  return <Beginning mailboxes={mailboxes.data.items} device={firstDevice} messages={messages} />;
}

interface BeginningProps {
  mailboxes: readonly Mailbox[];
  device: Device | undefined;
  messages: readonly MessageSummary[];
}

/** Until the first mail: what is to be done next. */
function Beginning({ mailboxes, device, messages }: BeginningProps) {
  const t = useTranslations('overview');
  const me = useMe();
  return (
    <>
      <PageHeader title={t('greeting', { name: me.user.name })} />
      <div className="grid grid-cols-1 gap-6">
        <SetupSteps hasMailbox={mailboxes.length > 0} deviceId={device?.id ?? null} hasMail={messages.length > 0} />
        {device ? <NewestMail messages={messages} /> : null}
      </div>
    </>
  );
}

interface HomeProps {
  overview: Overview;
  mailboxes: readonly Mailbox[];
  messages: readonly MessageSummary[];
  failures: UnseenFailures;
  seen: SeenProblems;
}

function Home({ overview, mailboxes, messages, failures, seen }: HomeProps) {
  const t = useTranslations('overview');
  const { user } = useMe();
  const broken = useMemo(() => mailboxes.filter((mailbox) => mailbox.state !== 'active'), [mailboxes]);
  return (
    <>
      <PageHeader title={t('greeting', { name: user.name })} action={<LiveDot />} />
      <div className="grid grid-cols-1 gap-6">
        <VerdictCard
          verdict={verdictOf({
            ...{ overview, broken, now: Date.now() },
            ...{ unseenFailed: failures.count, hasMoreFailed: failures.hasMore },
          })}
        />
        <Problems broken={broken} failures={failures} doubtful={overview.states.in_doubt} seen={seen} />
        <TodayNumbers overview={overview} />
        <div className="grid gap-6 lg:grid-cols-2">
          <DeviceStrip devices={overview.devices} />
          <ThirtyDays days={overview.days} />
        </div>
        <NewestMail messages={messages} />
      </div>
    </>
  );
}
