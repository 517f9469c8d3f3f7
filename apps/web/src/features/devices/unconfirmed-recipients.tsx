'use client';
import type { Device } from '@hikyaku/contracts';
import { Button, Card, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useConfirmRecipients } from './queries.ts';

interface UnconfirmedRecipientsProps {
  device: Device;
  canEdit: boolean;
}

/** Addresses that the device wrote to beyond those it knows: the owner's word, one by one or for all. */
export function UnconfirmedRecipients({ device, canEdit }: UnconfirmedRecipientsProps) {
  const t = useTranslations('devices');
  const showToast = useToast();
  const { mutate, error, isPending } = useConfirmRecipients(device.id);
  const all = device.unconfirmedRecipients;
  const allow = (addresses: string[]) =>
    mutate({ allow: addresses, refuse: [] }, { onSuccess: () => showToast('ok', t('unconfirmedAllowed')) });
  const refuse = (addresses: string[]) =>
    mutate({ allow: [], refuse: addresses }, { onSuccess: () => showToast('ok', t('unconfirmedRefused')) });

  const choices = (addresses: string[], allowKey: 'unconfirmedAllow' | 'unconfirmedAllowAll') => (
    <div className="flex flex-wrap gap-3">
      <Button tone="secondary" isBusy={isPending} onClick={() => allow(addresses)}>
        {t(allowKey)}
      </Button>
      <Button tone="secondary" isBusy={isPending} onClick={() => refuse(addresses)}>
        {t(allowKey === 'unconfirmedAllow' ? 'unconfirmedRefuse' : 'unconfirmedRefuseAll')}
      </Button>
    </div>
  );

  return (
    <Card title={t('unconfirmedTitle', { count: all.length })}>
      <p className="mb-3 text-ink-soft">{t('unconfirmedText')}</p>
      <ul className="grid gap-3">
        {all.map((address) => (
          <li key={address} className="flex flex-wrap items-center justify-between gap-3">
            <span className="min-w-0 font-mono break-all">{address}</span>
            {canEdit ? choices([address], 'unconfirmedAllow') : null}
          </li>
        ))}
      </ul>
      {canEdit && all.length > 1 ? <div className="mt-4">{choices(all, 'unconfirmedAllowAll')}</div> : null}
      <ProblemNotice error={error} />
    </Card>
  );
}
