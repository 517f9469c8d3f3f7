'use client';
import type { Mailbox, MessageSummary } from '@hikyaku/contracts';
import { Button, buttonClass, Notice } from '@hikyaku/ui';
import { CircleHelp, CircleX, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useDeviceOf } from '../messages/use-device-of.ts';
import type { UnseenFailures } from './use-unseen-failures.ts';

interface ProblemsProps {
  /** Those that cannot send. */
  broken: readonly Mailbox[];
  failures: UnseenFailures;
  /** Mails of which nobody knows whether they arrived. */
  doubtful: number;
}

/** What needs its owner, worst first, each with its one button. */
export function Problems({ broken, failures, doubtful }: ProblemsProps) {
  const t = useTranslations('overview');
  if (!broken.length && !failures.newest && !doubtful) return null;
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
      {failures.newest ? <FailedNotice newest={failures.newest} failures={failures} /> : null}
      {doubtful ? (
        <Notice
          tone="warn"
          icon={<CircleHelp aria-hidden="true" className="size-5" />}
          title={t('doubtProblem', { count: doubtful })}
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

function FailedNotice({ newest, failures }: { newest: MessageSummary; failures: UnseenFailures }) {
  const t = useTranslations('overview');
  const dates = useDates();
  const { count, hasMore } = failures;
  const device = useDeviceOf()(newest);
  return (
    <Notice
      tone="bad"
      icon={<CircleX aria-hidden="true" className="size-5" />}
      title={hasMore ? t('failedProblemMany', { count }) : t('failedProblem', { count })}
      action={
        <>
          <Link href={failures.href} className={buttonClass('secondary')}>
            {t('failedProblemAction')}
          </Link>
          <Button tone="quiet" onClick={failures.markSeen}>
            {t('failedProblemSeen')}
          </Button>
        </>
      }
    >
      {t('failedProblemText', { device, when: dates.short(newest.acceptedAt) })}
    </Notice>
  );
}
