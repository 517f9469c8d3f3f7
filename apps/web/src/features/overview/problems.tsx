'use client';
import type { Mailbox, MessageSummary } from '@hikyaku/contracts';
import { Button, buttonClass, Notice } from '@hikyaku/ui';
import { CircleHelp, CircleX, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useDeviceOf } from '../messages/use-device-of.ts';
import { useNewestDoubt } from './use-newest-doubt.ts';
import type { SeenProblems } from './use-seen-problems.ts';
import type { UnseenFailures } from './use-unseen-failures.ts';

interface ProblemsProps {
  /** Those that cannot send. */
  broken: readonly Mailbox[];
  failures: UnseenFailures;
  /** Mails of which nobody knows whether they arrived. */
  doubtful: number;
  seen: SeenProblems;
}

/** What needs its owner, worst first, each with its one button. What he has seen is left out until it changes; the verdict above stays. */
export function Problems({ broken, failures, doubtful, seen }: ProblemsProps) {
  const t = useTranslations('overview');
  const newestDoubt = useNewestDoubt(doubtful > 0);
  const isUnseenDoubt = newestDoubt !== undefined && seen.markOf('in_doubt') !== newestDoubt;
  // One that stops again is news: the server forgets then what was seen of it.
  const unseen = broken.filter(({ id, stateCode }) => seen.markOf(`mailbox:${id}`) !== (stateCode ?? ''));
  if (!unseen.length && !failures.newest && !isUnseenDoubt) return null;
  return (
    <section className="grid gap-3" aria-labelledby="problems">
      <h2 id="problems" className="text-lg">
        {t('problemsTitle')}
      </h2>
      {unseen.map((mailbox) => (
        <Notice
          key={mailbox.id}
          tone="bad"
          icon={<TriangleAlert aria-hidden="true" className="size-5" />}
          title={t(isStopped(mailbox) ? 'mailboxStopped' : 'mailboxProblem', { address: mailbox.address })}
          action={
            <>
              <Link href="/mailboxes" className={buttonClass()}>
                {t(isStopped(mailbox) ? 'mailboxStoppedAction' : 'mailboxProblemAction')}
              </Link>
              <SeenButton onClick={() => seen.see(`mailbox:${mailbox.id}`, mailbox.stateCode ?? '')} />
            </>
          }
        >
          {t(isStopped(mailbox) ? 'mailboxStoppedText' : 'mailboxProblemText', { count: mailbox.heldCount })}
        </Notice>
      ))}
      {failures.newest ? <FailedNotice newest={failures.newest} failures={failures} /> : null}
      {isUnseenDoubt ? (
        <Notice
          tone="warn"
          icon={<CircleHelp aria-hidden="true" className="size-5" />}
          title={t('doubtProblem', { count: doubtful })}
          action={
            <>
              <Link href="/messages?state=in_doubt" className={buttonClass('secondary')}>
                {t('doubtProblemAction')}
              </Link>
              <SeenButton onClick={() => seen.see('in_doubt', newestDoubt)} />
            </>
          }
        >
          {t('doubtProblemText', { count: doubtful })}
        </Notice>
      ) : null}
    </section>
  );
}

/** By its provider, where its owner has to act; connecting it again would change nothing. */
const isStopped = ({ mend }: Mailbox): boolean => mend === 'try_again';

function SeenButton({ onClick }: { onClick: () => void }) {
  const t = useTranslations('overview');
  return (
    <Button tone="quiet" onClick={onClick}>
      {t('seen')}
    </Button>
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
          <SeenButton onClick={failures.markSeen} />
        </>
      }
    >
      {t('failedProblemText', { device, when: dates.short(newest.acceptedAt) })}
    </Notice>
  );
}
