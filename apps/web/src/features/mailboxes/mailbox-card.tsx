'use client';
import type { Mailbox, MailboxState } from '@hikyaku/contracts';
import { APP_ONLY_RETURN_PATH } from '@hikyaku/contracts/app-only-path';
import { Badge, Button, ButtonAnchor, buttonClass, Card, Notice, type Tone } from '@hikyaku/ui';
import { CircleAlert, CircleCheck, CirclePause, Hourglass, type LucideIcon, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { MailboxRecords } from '../sender-records/mailbox-records.tsx';
import { MailboxSenders } from '../senders/mailbox-senders.tsx';
import { useCanEdit } from '../session/me-context.tsx';
import { AdminConsentLink, NEEDS_ADMIN } from './admin-consent-link.tsx';
import { BreakableAddress } from './breakable-address.tsx';
import { DefaultMailbox } from './default-mailbox.tsx';
import { DisconnectDialog } from './disconnect-dialog.tsx';
import { LargeMails } from './large-mails.tsx';
import { MailboxTest } from './mailbox-test.tsx';
import { ProviderGlyph } from './provider-glyph.tsx';
import { connectUrl, useResumeMailbox } from './queries.ts';
import { serviceOf } from './service-of.ts';

const smtpUrl = (id: string) => `/mailboxes/smtp?mailboxId=${id}`;

const appOnlyUrl = (address: string) => `${APP_ONLY_RETURN_PATH}?${new URLSearchParams({ address })}`;

const STATES: Record<
  MailboxState,
  { tone: Tone; Icon: LucideIcon; key: 'stateActive' | 'stateNeedsReconnect' | 'stateDisabled' }
> = {
  active: { tone: 'ok', Icon: CircleCheck, key: 'stateActive' },
  needs_reconnect: { tone: 'bad', Icon: CircleAlert, key: 'stateNeedsReconnect' },
  disabled: { tone: 'neutral', Icon: CirclePause, key: 'stateDisabled' },
};

/** Connected, and nothing leaves for now: its provider takes no more within 24 hours. */
const DAY_USED = { tone: 'warn', Icon: Hourglass, key: 'stateDayUsed' } as const;
const isDayUsed = ({ state, day }: Mailbox): boolean => state === 'active' && day !== null && day.used >= day.limit;

interface MailboxCardProps {
  mailbox: Mailbox;
  /** Then one of them is proposed for new devices. */
  isOneOfSeveral: boolean;
}

export function MailboxCard({ mailbox, isOneOfSeveral }: MailboxCardProps) {
  const t = useTranslations('mailboxes');
  const dates = useDates();
  const canEdit = useCanEdit();
  const [isAsking, setIsAsking] = useState(false);
  const { tone, Icon, key } = isDayUsed(mailbox) ? DAY_USED : STATES[mailbox.state];
  const facts = [
    t(serviceOf(mailbox)),
    ...(mailbox.isAppOnly ? [t('appOnly')] : []),
    t('deviceCount', { count: mailbox.deviceCount }),
    t('connectedAt', { date: dates.day(mailbox.createdAt) }),
  ];
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-4">
        <ProviderGlyph provider={mailbox.provider} isLarge />
        <div className="min-w-0 flex-1 basis-56">
          <h2 className="text-base sm:text-lg">
            <BreakableAddress address={mailbox.address} />
          </h2>
          <p className="flex flex-wrap gap-x-3 text-sm text-ink-soft">
            {facts.map((fact) => (
              <span key={fact} className="not-last:after:ml-3 not-last:after:content-['·']">
                {fact}
              </span>
            ))}
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-3">
          {mailbox.heldCount ? <Badge tone="warn">{t('heldCount', { count: mailbox.heldCount })}</Badge> : null}
          <Badge tone={tone} icon={<Icon aria-hidden="true" className="size-4" />}>
            {t(mailbox.mend === 'try_again' ? 'stateStopped' : key)}
          </Badge>
        </div>
      </div>
      {mailbox.state === 'active' ? (
        <>
          <DayLine mailbox={mailbox} />
          <p className="mt-1 text-sm text-ink-soft">{t(`sentCopy.${mailbox.provider}`)}</p>
          <WaitingLine mailbox={mailbox} />
        </>
      ) : (
        <ReconnectNotice mailbox={mailbox} />
      )}
      {canEdit ? (
        <div className="mt-3 flex flex-wrap gap-x-2 gap-y-1 border-t sm:justify-end border-line pt-3">
          {isOneOfSeveral ? (
            <span className="sm:mr-auto">
              <DefaultMailbox mailbox={mailbox} />
            </span>
          ) : null}
          {mailbox.provider === 'smtp' && mailbox.state === 'active' ? (
            <Link href={smtpUrl(mailbox.id)} className={buttonClass('quiet', 'sm')}>
              {t('changeSmtp')}
            </Link>
          ) : null}
          {mailbox.state === 'active' ? <MailboxTest mailbox={mailbox} /> : null}
          <Button tone="quiet" size="sm" onClick={() => setIsAsking(true)}>
            {t('disconnect')}
          </Button>
        </div>
      ) : null}
      {canEdit && mailbox.state === 'active' ? <MailboxSenders mailbox={mailbox} /> : null}
      {canEdit && mailbox.state === 'active' && mailbox.maySendLarge !== null ? <LargeMails mailbox={mailbox} /> : null}
      {canEdit && mailbox.provider === 'smtp' ? <MailboxRecords mailbox={mailbox} /> : null}
      <DisconnectDialog mailbox={mailbox} isOpen={isAsking} onOpenChange={setIsAsking} />
    </Card>
  );
}

/** More than these are a line whose end its owner wants to know. */
const FEW = 5;

/** How much of its provider's day is used: before anything waits for the next one. */
function DayLine({ mailbox: { day } }: { mailbox: Mailbox }) {
  const t = useTranslations('mailboxes');
  const format = useFormatter();
  if (!day) return null;
  const values = { used: format.number(day.used), limit: format.number(day.limit) };
  return <p className="mt-3 text-sm text-ink-soft">{t(`day.${day.counts}`, values)}</p>;
}

function WaitingLine({ mailbox: { waiting } }: { mailbox: Mailbox }) {
  const t = useTranslations('mailboxes');
  const format = useFormatter();
  const dates = useDates();
  if (waiting.count <= FEW || waiting.doneAt === null) return null;
  const values = { count: waiting.count, number: format.number(waiting.count), when: dates.clock(waiting.doneAt) };
  return <p className="mt-3 font-semibold">{t('waiting', values)}</p>;
}

function ReconnectNotice({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('mailboxes');
  const canEdit = useCanEdit();
  const resume = useResumeMailbox();
  const { what, todo } = useProblemText()(mailbox.stateCode ?? 'upstream.auth_lost');
  return (
    <div className="mt-4">
      <Notice
        tone="bad"
        icon={<TriangleAlert aria-hidden="true" className="size-5" />}
        title={what}
        action={
          !canEdit ? null : mailbox.mend === 'try_again' ? (
            <Button isBusy={resume.isPending} onClick={() => resume.mutate(mailbox.id)}>
              {t('tryAgain')}
            </Button>
          ) : mailbox.provider === 'smtp' ? (
            <Link href={smtpUrl(mailbox.id)} className={buttonClass()}>
              {t('reconnectSmtp')}
            </Link>
          ) : mailbox.isAppOnly ? (
            <Link href={appOnlyUrl(mailbox.address)} className={buttonClass()}>
              {t('reconnect')}
            </Link>
          ) : (
            <ButtonAnchor href={connectUrl(mailbox.provider, mailbox)}>{t('reconnect')}</ButtonAnchor>
          )
        }
      >
        <p>{todo}</p>
        <p>{t('reconnectText')}</p>
        {canEdit && mailbox.isAppOnly ? <Link href={appOnlyUrl(mailbox.address)}>{t('appOnlySetup')}</Link> : null}
        {canEdit && mailbox.stateCode === NEEDS_ADMIN ? <AdminConsentLink /> : null}
      </Notice>
    </div>
  );
}
