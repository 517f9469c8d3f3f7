'use client';
import type { Device, DeviceWithCredential, Mailbox } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useCanEdit, useMe } from '../session/me-context.tsx';
import { useRotateCredential } from './queries.ts';
import { RotateForm } from './rotate-form.tsx';
import { SettingsCard } from './settings-card.tsx';
import { useDoorChoice } from './use-door-choice.ts';

interface DeviceLoginProps {
  device: Device;
  mailbox: Mailbox | undefined;
  /** A new password was made: the only moment at which it can be shown. */
  onRotated: (fresh: DeviceWithCredential) => void;
}

/** What is typed into the device, without the password; and how to make a new one. */
export function DeviceLogin({ device, mailbox, onRotated }: DeviceLoginProps) {
  const t = useTranslations('credentials');
  const { smtp } = useMe();
  const canEdit = useCanEdit();
  const dates = useDates();
  const rotate = useRotateCredential(device.id);
  const door = useDoorChoice(device, smtp.ports);

  return (
    <div className="grid max-w-2xl gap-6">
      <Card>
        <SettingsCard
          host={smtp.host}
          door={door}
          hasPort25={smtp.ports.smtp25 !== null}
          username={device.username ?? ''}
          login={device.login ?? ''}
          password={null}
          device={device}
          address={mailbox?.address}
        />
      </Card>
      {device.oldPasswordUntil ? (
        <p className="text-ink-soft">{t('oldUntil', { when: dates.short(device.oldPasswordUntil) })}</p>
      ) : null}
      {canEdit ? <RotateForm rotate={rotate} onRotated={onRotated} /> : null}
    </div>
  );
}
