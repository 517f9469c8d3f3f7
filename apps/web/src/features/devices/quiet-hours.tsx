'use client';
import type { Device } from '@hikyaku/contracts';
import { SwitchField, TimeSpanFields } from '@hikyaku/ui';
import { useTimeZone, useTranslations } from 'next-intl';

/** A night as most people have one. */
const NIGHT = { start: '22:00', end: '07:00' };

export type DeviceNight = Pick<Device, 'quietHours' | 'timeZone'>;

interface QuietHoursProps {
  device: DeviceNight;
  /** Gets what is shown by then, which an answer that is awaited may not know yet. */
  onChange(partOf: (shown: DeviceNight) => Partial<DeviceNight>): void;
}

/** Hours in which a device's mail waits for their end. A device without a zone gets the account's. */
export function QuietHours({ device, onChange }: QuietHoursProps) {
  const t = useTranslations('storms');
  const hours = device.quietHours;
  const shownZone = useTimeZone() ?? 'UTC';
  const timeZone = device.timeZone ?? shownZone;
  return (
    <div className="grid gap-3">
      <SwitchField
        label={t('quiet')}
        hint={t('quietHint')}
        isChecked={hours !== null}
        onChange={(isOn) => onChange(() => (isOn ? { quietHours: NIGHT, timeZone } : { quietHours: null }))}
      />
      {hours ? (
        <>
          <TimeSpanFields
            span={hours}
            startLabel={t('quietStart')}
            endLabel={t('quietEnd')}
            onChange={(part) =>
              onChange((shown) => ({ quietHours: { ...(shown.quietHours ?? hours), ...part }, timeZone }))
            }
          />
          <p className="text-sm text-ink-soft">{t('quietZone', { zone: timeZone })}</p>
        </>
      ) : null}
    </div>
  );
}
