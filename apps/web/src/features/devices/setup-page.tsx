'use client';
import type { Device } from '@hikyaku/contracts';
import { Button, buttonClass, Card, Notice, PageHeader, SkeletonRows, SwitchField } from '@hikyaku/ui';
import { KeyRound, Printer, QrCode } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit, useMe } from '../session/me-context.tsx';
import { LiveCheck } from '../sessions/live-check.tsx';
import { ItemLink } from '../shell/item-link.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { BackToDevices } from './back-to-devices.tsx';
import { issuedFor, keepIssued } from './issued-credentials.ts';
import { useDevice, useRotateCredential } from './queries.ts';
import { ENCRYPTION_TEXTS, SettingsCard } from './settings-card.tsx';
import { useDoorChoice } from './use-door-choice.ts';
import { useFieldLabel } from './use-field-label.ts';
import { useUnseenGuard } from './use-unseen-guard.ts';

// Asked for by few: fetched then, with what draws the code.
const QrDialog = dynamic(() => import('../cards/qr-dialog.tsx').then((module) => module.QrDialog));

/** The page to have open at the device: what is typed there, and what arrives. It has an address of its own and survives a reload. */
export function SetupPage({ id }: { id: string }) {
  const common = useTranslations('common');
  const { data: device, error, refetch } = useDevice(id);
  if (device) return <Setup device={device} />;
  return error ? <LoadFailed level={1} error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
}

function Setup({ device }: { device: Device }) {
  const t = useTranslations('credentials');
  const { smtp } = useMe();
  const dates = useDates();
  const { data: mailboxes } = useMailboxes();
  const [password, setPassword] = useState(issuedFor(device.id)?.password ?? null);
  const [isPrinted, setIsPrinted] = useState(false);
  const [isSeen, setIsSeen] = useState(false);
  const [isCodeShown, setIsCodeShown] = useState(false);
  const labelOf = useFieldLabel(device.family);
  const door = useDoorChoice(device, smtp.ports);
  const mailbox = mailboxes?.items.find(({ id }) => id === device.mailboxId);
  useUnseenGuard(password !== null && !isSeen);
  // It follows upon a form that was left at its end.
  useEffect(() => {
    window.scrollTo(0, 0);
    document.getElementById('content')?.focus({ preventScroll: true });
  }, []);

  const print = () => {
    if (isPrinted) setIsSeen(true);
    window.print();
  };
  return (
    <>
      <PageTitle>{t('title', { name: device.name })}</PageTitle>
      <PageHeader
        back={<BackToDevices />}
        title={t('title', { name: device.name })}
        lead={t('lead')}
        action={
          <div className="no-print flex flex-wrap gap-2">
            <Button tone="secondary" onClick={() => setIsCodeShown(true)}>
              <QrCode aria-hidden="true" className="size-5" />
              {t('qrCode')}
            </Button>
            <Button tone="secondary" onClick={print}>
              <Printer aria-hidden="true" className="size-5" />
              {t('print')}
            </Button>
          </div>
        }
      />
      {isCodeShown ? (
        <QrDialog
          title={device.name}
          values={[
            [labelOf('server'), smtp.host],
            [labelOf('port'), String(door.port)],
            [labelOf('encryption'), door.choice ? t(ENCRYPTION_TEXTS[door.choice.encryption]) : null],
            [labelOf('username'), device.username],
            [t('codeLogin'), device.login],
          ]}
          password={password ? [labelOf('password'), password] : null}
          onPasswordShown={() => setIsSeen(true)}
          onClose={() => setIsCodeShown(false)}
        />
      ) : null}
      <p className="mb-4 hidden print:block">{t('printedAt', { when: dates.full(new Date().toISOString()) })}</p>
      <div className="grid grid-cols-1 items-start gap-6 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] print:block">
        <div className="grid grid-cols-1 gap-4">
          {password ? (
            <div className="no-print">
              <Notice tone="warn" icon={<KeyRound aria-hidden="true" className="size-5" />} title={t('onceTitle')}>
                {t('onceText')}
              </Notice>
            </div>
          ) : (
            <PasswordGone deviceId={device.id} onIssued={setPassword} />
          )}
          <Card>
            <SettingsCard
              host={smtp.host}
              door={door}
              hasPort25={smtp.ports.smtp25 !== null}
              username={device.username ?? ''}
              login={device.login ?? ''}
              password={password}
              isPasswordPrinted={isPrinted}
              onPasswordCopied={() => setIsSeen(true)}
              device={device}
              address={mailbox?.address}
            />
          </Card>
          {password ? (
            <div className="no-print">
              <SwitchField
                label={t('printPassword')}
                hint={t('printPasswordHint')}
                isChecked={isPrinted}
                onChange={setIsPrinted}
              />
            </div>
          ) : null}
          <ItemLink
            href={`/devices/${device.id}`}
            className={buttonClass('secondary', 'md', 'no-print justify-self-start max-sm:w-full')}
          >
            {t('toDevice')}
          </ItemLink>
        </div>
        {/* Always in view: beside the card, on a phone above the menu. */}
        <div className="no-print sticky bottom-20 z-10 max-lg:max-h-[60dvh] max-lg:overflow-y-auto lg:top-24 lg:bottom-auto">
          <LiveCheck device={device} password={password} host={smtp.host} port={door.port} nextPort={door.nextPort} />
        </div>
      </div>
    </>
  );
}

/** After a reload, or a visit later: the one way on is a new password; the old one goes on working for a day. */
function PasswordGone({ deviceId, onIssued }: { deviceId: string; onIssued: (password: string) => void }) {
  const t = useTranslations('credentials');
  const canEdit = useCanEdit();
  const rotate = useRotateCredential(deviceId);
  const issue = () =>
    rotate.mutate(DAY_MINUTES, {
      onSuccess: ({ credential }) => {
        keepIssued(deviceId, credential);
        onIssued(credential.password);
      },
    });
  return (
    <div className="no-print grid gap-3">
      <Notice
        icon={<KeyRound aria-hidden="true" className="size-5" />}
        title={t('goneTitle')}
        action={
          canEdit ? (
            <Button isBusy={rotate.isPending} onClick={issue}>
              {t('rotateConfirm')}
            </Button>
          ) : null
        }
      >
        {t('goneText')}
      </Notice>
      <ProblemNotice error={rotate.error} />
    </div>
  );
}

const DAY_MINUTES = 1440;
