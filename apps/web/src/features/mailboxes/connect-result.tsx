'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { buttonClass, Notice } from '@hikyaku/ui';
import { CircleAlert, CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { AdminConsentLink, NEEDS_ADMIN } from './admin-consent-link.tsx';

/** The mailbox is connected, and stays so: only what was asked for beside it cannot be. */
const LARGE_REFUSED = 'upstream.smtp_off';

/** What came of the trip to the provider: the callback says it in the address. */
export function ConnectResult({ mailboxes }: { mailboxes: readonly Mailbox[] | undefined }) {
  const t = useTranslations('mailboxes');
  const problemText = useProblemText();
  const search = useSearchParams();
  const errorCode = search.get('error');
  const connectedId = search.get('connected');

  if (errorCode) {
    return (
      <Notice
        tone="bad"
        isAlert
        icon={<CircleAlert aria-hidden="true" className="size-5" />}
        title={t(errorCode === LARGE_REFUSED ? 'largeFailed' : 'connectFailed')}
      >
        {problemText(errorCode).all}
        {errorCode === NEEDS_ADMIN ? <AdminConsentLink /> : null}
      </Notice>
    );
  }
  if (!connectedId) return null;
  const mailbox = mailboxes?.find(({ id }) => id === connectedId);
  // Connected again: its devices are there, and what waited for it has just been let go.
  const isKnown = mailbox !== undefined && mailbox.deviceCount > 0;
  return (
    <Notice
      tone="ok"
      icon={<CircleCheck aria-hidden="true" className="size-5" />}
      title={mailbox ? t('connectedTitle', { address: mailbox.address }) : t('connectedTitlePlain')}
      action={
        isKnown ? null : (
          <Link href={`/devices/new?mailboxId=${connectedId}`} className={buttonClass()}>
            {t('addDevice')}
          </Link>
        )
      }
    >
      {isKnown ? t('connectedAgainText') : t('connectedText')}
    </Notice>
  );
}
