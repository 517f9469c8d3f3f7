'use client';
import type { Mailbox, MessageSummary } from '@hikyaku/contracts';
import { buttonClass, Notice } from '@hikyaku/ui';
import { CircleCheck, CircleHelp, CircleX, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useMessages } from '../messages/queries.ts';

const WEEK_MS = 7 * 24 * 3_600_000;
const FAILED = 'failed,expired,quarantined';
const COUNTED = 100;

/** What needs its owner, worst first; or that nothing does. */
export function Problems({ mailboxes }: { mailboxes: readonly Mailbox[] }) {
  const t = useTranslations('overview');
  const [from] = useState(() => new Date(Date.now() - WEEK_MS).toISOString());
  const failed = useMessages({ state: FAILED, from }, COUNTED).data?.pages[0];
  const doubted = useMessages({ state: 'in_doubt' }, COUNTED).data?.pages[0];
  const broken = useMemo(() => mailboxes.filter((mailbox) => mailbox.state !== 'active'), [mailboxes]);
  if (!failed || !doubted) return null;

  if (!broken.length && !failed.items.length && !doubted.items.length) {
    return (
      <Notice tone="ok" icon={<CircleCheck aria-hidden="true" className="size-6" />} title={t('allWell')}>
        {t('allWellText')}
      </Notice>
    );
  }
  return (
    <section className="grid gap-3" aria-labelledby="problems">
      <h2 id="problems" className="text-lg">
        {t('problemsTitle')}
      </h2>
      {broken.map((mailbox) => (
        <Notice
          key={mailbox.id}
          tone="bad"
          icon={<TriangleAlert aria-hidden="true" className="size-5" />}
          title={t('mailboxProblem', { address: mailbox.address })}
          action={
            <Link href="/mailboxes" className={buttonClass()}>
              {t('mailboxProblemAction')}
            </Link>
          }
        >
          {t('mailboxProblemText', { count: mailbox.heldCount })}
        </Notice>
      ))}
      {failed.items[0] ? (
        <FailedNotice newest={failed.items[0]} count={failed.items.length} hasMore={failed.nextCursor !== null} />
      ) : null}
      {doubted.items.length ? (
        <Notice
          tone="warn"
          icon={<CircleHelp aria-hidden="true" className="size-5" />}
          title={t('doubtProblem', { count: doubted.items.length })}
          action={
            <Link href="/messages?state=in_doubt" className={buttonClass('secondary')}>
              {t('doubtProblemAction')}
            </Link>
          }
        >
          {t('doubtProblemText')}
        </Notice>
      ) : null}
    </section>
  );
}

function FailedNotice({ newest, count, hasMore }: { newest: MessageSummary; count: number; hasMore: boolean }) {
  const t = useTranslations('overview');
  const messages = useTranslations('messages');
  const dates = useDates();
  const device = newest.deviceName ?? messages('unknownDevice');
  return (
    <Notice
      tone="bad"
      icon={<CircleX aria-hidden="true" className="size-5" />}
      title={hasMore ? t('failedProblemMany', { count }) : t('failedProblem', { count })}
      action={
        <Link href={`/messages?state=${FAILED}`} className={buttonClass('secondary')}>
          {t('failedProblemAction')}
        </Link>
      }
    >
      {t('failedProblemText', { device, when: dates.short(newest.acceptedAt) })}
    </Notice>
  );
}
