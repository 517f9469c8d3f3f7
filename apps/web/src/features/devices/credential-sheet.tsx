'use client';
import type { DeviceWithCredential, Mailbox } from '@hikyaku/contracts';
import { Button, buttonClass, Card, Notice, PageHeader } from '@hikyaku/ui';
import { KeyRound, Printer } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { FirstMail } from './first-mail.tsx';
import { LoginData } from './login-data.tsx';

interface CredentialSheetProps extends DeviceWithCredential {
  mailboxes: readonly Mailbox[];
  /** Leaves the sheet; without it, a link to the device's page does. */
  onDone?: () => void;
}

/** The one page on which the password stands: to be copied, printed, and then tried at once. */
export function CredentialSheet({ device, credential, mailboxes, onDone }: CredentialSheetProps) {
  const t = useTranslations('credentials');
  // It takes the form's place in the same page, and the form was left at its end.
  useEffect(() => {
    window.scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <PageHeader
        title={t('title', { name: device.name })}
        lead={t('lead')}
        action={
          <Button tone="secondary" className="no-print" onClick={() => window.print()}>
            <Printer aria-hidden="true" className="size-5" />
            {t('print')}
          </Button>
        }
      />
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="grid gap-6">
          <Notice tone="warn" icon={<KeyRound aria-hidden="true" className="size-5" />} title={t('onceTitle')}>
            {t('onceText')}
          </Notice>
          <Card>
            <LoginData
              {...credential}
              policy={device}
              address={mailboxes.find((mailbox) => mailbox.id === device.mailboxId)?.address}
            />
          </Card>
        </div>
        <div className="no-print grid gap-4 lg:sticky lg:top-24">
          <FirstMail deviceId={device.id} />
          {onDone ? (
            <Button tone="secondary" onClick={onDone}>
              {t('toDevice')}
            </Button>
          ) : (
            <Link href={`/devices/${device.id}`} className={buttonClass('secondary')}>
              {t('toDevice')}
            </Link>
          )}
        </div>
      </div>
    </>
  );
}
