'use client';
import type { Device, DeviceUpdate } from '@hikyaku/contracts';
import { Card, Field, Select, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { DigestSelect } from './digest-select.tsx';
import { useUpdateDevice } from './queries.ts';
import { QuietHours } from './quiet-hours.tsx';

/** Mails a minute that an owner may want to see one by one. */
const RATES = [1, 2, 5, 10, 30];

/** Hours without mail: a door that is opened hourly, a camera by day, a weekly report, a UPS that speaks once a quarter. */
const SILENCES = [1, 6, 12, 24, 72, 168, 720, 2160];

/** What happens when a device sends one mail after the other, at night, and when none comes. Saved as it is chosen. */
export function DeviceStorms({ device }: { device: Device }) {
  const t = useTranslations('storms');
  const common = useTranslations('common');
  const showToast = useToast();
  const { mutate, error, isPending } = useUpdateDevice(device.id);
  const { digestMinutes, ratePerMinute, silenceAfterHours } = device;
  const rates = ratePerMinute === null || RATES.includes(ratePerMinute) ? RATES : [ratePerMinute, ...RATES];
  const silences =
    silenceAfterHours === null || SILENCES.includes(silenceAfterHours) ? SILENCES : [silenceAfterHours, ...SILENCES];
  const numberOf = (value: string): number | null => (value === '' ? null : Number(value));
  const save = (body: DeviceUpdate): void => mutate(body, { onSuccess: () => showToast('ok', common('saved')) });
  return (
    <Card>
      <div className="grid gap-4">
        <h2 className="text-lg">{t('title')}</h2>
        <Field label={t('digest')} hint={t('digestHint')}>
          <DigestSelect
            minutes={digestMinutes}
            disabled={isPending}
            onChange={(minutes) => save({ digestMinutes: minutes })}
          />
        </Field>
        <Field label={t('rate')} hint={t('rateHint')}>
          <Select
            value={ratePerMinute === null ? '' : String(ratePerMinute)}
            disabled={isPending}
            onChange={(event) => save({ ratePerMinute: numberOf(event.target.value) })}
          >
            <option value="">{t('anyRate')}</option>
            {rates.map((count) => (
              <option key={count} value={count}>
                {t('perMinute', { count })}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('silence')} hint={t('silenceHint')}>
          <Select
            value={silenceAfterHours === null ? '' : String(silenceAfterHours)}
            disabled={isPending}
            onChange={(event) => save({ silenceAfterHours: numberOf(event.target.value) })}
          >
            <option value="">{t('silenceUsual')}</option>
            {silences.map((hours) => (
              <option key={hours} value={hours}>
                {hours % 24 === 0 ? t('silenceDays', { days: hours / 24 }) : t('silenceHours', { hours })}
              </option>
            ))}
          </Select>
        </Field>
        <QuietHours device={device} isPending={isPending} onSave={save} />
        <ProblemNotice error={error} />
      </div>
    </Card>
  );
}
