'use client';
import type { Device } from '@hikyaku/contracts';
import { Card, Field, Select, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useWanted } from '../../api/use-wanted.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { DigestSelect } from './digest-select.tsx';
import { useUpdateDevice } from './queries.ts';
import { type DeviceNight, QuietHours } from './quiet-hours.tsx';

/** Mails a minute that an owner may want to see one by one. */
const RATES = [1, 2, 5, 10, 30];

/** Hours without mail: a door that is opened hourly, a camera by day, a weekly report, a UPS that speaks once a quarter. */
const SILENCES = [1, 6, 12, 24, 72, 168, 720, 2160];

type DeviceStorm = DeviceNight & Pick<Device, 'digestMinutes' | 'ratePerMinute' | 'silenceAfterHours'>;

/** What happens when a device sends one mail after the other, at night, and when none comes. Saved as it is chosen. */
export function DeviceStorms({ device }: { device: Device }) {
  const t = useTranslations('storms');
  const common = useTranslations('common');
  const showToast = useToast();
  const saving = useUpdateDevice(device.id);
  const { shown, change } = useWanted<DeviceStorm>(device, saving, () => showToast('ok', common('saved')));
  const { ratePerMinute, silenceAfterHours } = shown;
  const rates = ratePerMinute === null || RATES.includes(ratePerMinute) ? RATES : [ratePerMinute, ...RATES];
  const silences =
    silenceAfterHours === null || SILENCES.includes(silenceAfterHours) ? SILENCES : [silenceAfterHours, ...SILENCES];
  const numberOf = (value: string): number | null => (value === '' ? null : Number(value));
  const save = (part: Partial<DeviceStorm>): void => change(() => part);
  return (
    <Card>
      <div className="grid gap-4">
        <h2 className="text-lg">{t('title')}</h2>
        <Field label={t('digest')} hint={t('digestHint')}>
          <DigestSelect minutes={shown.digestMinutes} onChange={(minutes) => save({ digestMinutes: minutes })} />
        </Field>
        <Field label={t('rate')} hint={t('rateHint')}>
          <Select
            value={ratePerMinute === null ? '' : String(ratePerMinute)}
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
        <QuietHours device={shown} onChange={change} />
        <ProblemNotice error={saving.error} />
      </div>
    </Card>
  );
}
