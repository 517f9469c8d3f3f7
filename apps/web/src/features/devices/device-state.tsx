'use client';
import type { Device, Mailbox } from '@hikyaku/contracts';
import { Badge } from '@hikyaku/ui';
import { CircleAlert, CircleCheck, CirclePause, CircleX, Hourglass } from 'lucide-react';
import { useTranslations } from 'next-intl';

interface DeviceStateProps {
  device: Pick<Device, 'isDisabled' | 'lastMessageAt' | 'refusal'>;
  mailbox: Pick<Mailbox, 'state'> | undefined;
}

/** Whether the device's mail gets through, as far as we can tell. */
export function DeviceState({ device, mailbox }: DeviceStateProps) {
  const t = useTranslations('devices');
  const icon = 'size-4';
  if (device.isDisabled) {
    return <Badge icon={<CirclePause aria-hidden="true" className={icon} />}>{t('stateOff')}</Badge>;
  }
  if (mailbox?.state !== 'active') {
    const text = mailbox ? t('needsReconnect') : t('noMailbox');
    return (
      <Badge tone="bad" icon={<CircleAlert aria-hidden="true" className={icon} />}>
        {text}
      </Badge>
    );
  }
  if (device.refusal) {
    return (
      <Badge tone="bad" icon={<CircleX aria-hidden="true" className={icon} />}>
        {t('stateRefused')}
      </Badge>
    );
  }
  if (!device.lastMessageAt) {
    return (
      <Badge tone="info" icon={<Hourglass aria-hidden="true" className={icon} />}>
        {t('stateNew')}
      </Badge>
    );
  }
  return (
    <Badge tone="ok" icon={<CircleCheck aria-hidden="true" className={icon} />}>
      {t('stateOn')}
    </Badge>
  );
}
