'use client';
import type { Device, DeviceUpdate } from '@hikyaku/contracts';
import { Field, Input, SwitchField } from '@hikyaku/ui';
import { useTimeZone, useTranslations } from 'next-intl';

/** A night as most people have one. */
const NIGHT = { start: '22:00', end: '07:00' };

interface QuietHoursProps {
  device: Device;
  isPending: boolean;
  onSave(body: DeviceUpdate): void;
}

/** Hours in which a device's mail waits for their end. A device without a zone gets the account's. */
export function QuietHours({ device, isPending, onSave }: QuietHoursProps) {
  const t = useTranslations('storms');
  const hours = device.quietHours;
  const shownZone = useTimeZone() ?? 'UTC';
  const timeZone = device.timeZone ?? shownZone;
  const time = (name: 'start' | 'end') => (
    <Field label={t(name === 'start' ? 'quietStart' : 'quietEnd')}>
      <Input
        // A new word of the api is a new field: what it shows is what is kept.
        key={hours?.[name]}
        type="time"
        defaultValue={hours?.[name]}
        onBlur={({ target }) => {
          if (hours && target.value && target.value !== hours[name]) {
            onSave({ quietHours: { ...hours, [name]: target.value }, timeZone });
          }
        }}
      />
    </Field>
  );
  return (
    <div className="grid gap-3">
      <SwitchField
        label={t('quiet')}
        hint={t('quietHint')}
        isChecked={hours !== null}
        isDisabled={isPending}
        onChange={(isOn) => onSave(isOn ? { quietHours: NIGHT, timeZone } : { quietHours: null })}
      />
      {hours ? (
        <>
          <div className="flex flex-wrap gap-4">
            {time('start')}
            {time('end')}
          </div>
          <p className="text-sm text-ink-soft">{t('quietZone', { zone: timeZone })}</p>
        </>
      ) : null}
    </div>
  );
}
