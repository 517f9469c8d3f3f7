'use client';
import type { Device, DeviceWithCredential } from '@hikyaku/contracts';
import { Notice, PageHeader, SkeletonRows, TabGroup } from '@hikyaku/ui';
import { CirclePause, MapPin } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { usePathname, useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { ArrivalsCard } from '../arrivals/arrivals-card.tsx';
import { useGroups } from '../groups/queries.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { BackToDevices } from './back-to-devices.tsx';
import { DeviceState } from './device-state.tsx';
import { keepIssued } from './issued-credentials.ts';
import { useDevice } from './queries.ts';
import { SendTest } from './send-test.tsx';
import { UnconfirmedRecipients } from './unconfirmed-recipients.tsx';

// Fetched when their tab is opened, the one that the page begins with while its device is asked for.
const DeviceMails = dynamic(() => loadTab.mails().then((module) => module.DeviceMails));
const DeviceLogin = dynamic(() => loadTab.login().then((module) => module.DeviceLogin));
const DeviceRefusals = dynamic(() => import('../sessions/device-refusals.tsx').then((module) => module.DeviceRefusals));
const WeekStrip = dynamic(() => import('./week-strip.tsx').then((module) => module.WeekStrip));
const RulesCard = dynamic(() => loadTab.rules().then((module) => module.RulesCard));
const DeviceSettings = dynamic(() => loadTab.settings().then((module) => module.DeviceSettings));

const TABS = ['mails', 'login', 'rules', 'settings'] as const;
const loadTab = {
  mails: () => import('./device-mails.tsx'),
  login: () => import('./device-login.tsx'),
  rules: () => import('../rules/rules-card.tsx'),
  settings: () => import('./device-settings.tsx'),
};

function useTab(): (typeof TABS)[number] {
  const search = useSearchParams();
  return TABS.find((name) => name === search.get('tab')) ?? 'mails';
}

export function DevicePage({ id }: { id: string }) {
  const common = useTranslations('common');
  const { data: device, error, refetch } = useDevice(id);
  const tab = useTab();
  useEffect(() => void loadTab[tab]().catch(() => undefined), [tab]);
  if (device) return <DeviceView device={device} />;
  return error ? <LoadFailed level={1} error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
}

function DeviceView({ device }: { device: Device }) {
  const t = useTranslations('devices');
  const canEdit = useCanEdit();
  const { data: mailboxes } = useMailboxes();
  const { data: groups } = useGroups();
  const path = usePathname();
  const tab = useTab();
  const mailbox = mailboxes?.items.find((item) => item.id === device.mailboxId);
  const group = groups?.items.find(({ id }) => id === device.groupId);
  const router = useRouter();
  const showPassword = ({ credential }: DeviceWithCredential) => {
    keepIssued(device.id, credential);
    router.push(`/devices/${device.id}/setup`);
  };

  return (
    <>
      <PageTitle>{device.name}</PageTitle>
      <PageHeader
        back={<BackToDevices />}
        title={device.name}
        lead={
          <span className="flex flex-wrap items-center gap-3">
            {mailboxes ? <DeviceState device={device} mailbox={mailbox} /> : null}
            {mailbox ? <span>{mailbox.address}</span> : null}
            {group ? (
              <Link href={`/devices?site=${group.id}`} className="inline-flex items-center gap-1">
                <MapPin aria-hidden="true" className="size-4" />
                {group.name}
              </Link>
            ) : null}
          </span>
        }
        action={canEdit && !device.isDisabled ? <SendTest device={device} mailbox={mailbox} /> : null}
      />
      <div className="grid grid-cols-1 gap-6">
        {device.isDisabled ? (
          <Notice tone="warn" icon={<CirclePause aria-hidden="true" className="size-5" />} title={t('isOffTitle')}>
            {t('isOffText')}
          </Notice>
        ) : null}
        {device.refusal && !device.isDisabled ? <DeviceRefusals device={device} refusal={device.refusal} /> : null}
        {device.unconfirmedRecipients.length > 0 ? <UnconfirmedRecipients device={device} canEdit={canEdit} /> : null}
        <ArrivalsCard deviceId={device.id} />
        {device.lastMessageAt ? <WeekStrip deviceId={device.id} /> : null}
        <TabGroup
          label={t('tabs')}
          value={tab}
          onChange={(value) => window.history.replaceState(null, '', `${path}?tab=${value}`)}
          items={[
            { value: 'mails', label: t('tabMails'), content: <DeviceMails deviceId={device.id} /> },
            {
              value: 'login',
              label: t('tabLogin'),
              content: <DeviceLogin device={device} mailbox={mailbox} onRotated={showPassword} />,
            },
            {
              value: 'rules',
              label: t('tabRules'),
              content: mailboxes ? (
                <div className="max-w-2xl">
                  <RulesCard of={{ kind: 'devices', id: device.id }} mailboxes={mailboxes.items} />
                </div>
              ) : null,
            },
            {
              value: 'settings',
              label: t('tabSettings'),
              content:
                mailboxes && groups ? (
                  <DeviceSettings device={device} mailboxes={mailboxes.items} groups={groups.items} />
                ) : null,
            },
          ]}
        />
      </div>
    </>
  );
}
