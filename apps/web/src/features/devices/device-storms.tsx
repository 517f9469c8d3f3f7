'use client';
import type { Device } from '@hikyaku/contracts';
import { Card, Field, Select, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useUpdateDevice } from './queries.ts';

/** Minutes that a storm is gathered for. */
const CHOICES = [1, 5, 15, 60];

/** What happens when a device sends one mail after the other. Saved as it is chosen. */
export function DeviceStorms({ device }: { device: Device }) {
  const t = useTranslations('storms');
  const common = useTranslations('common');
  const showToast = useToast();
  const { mutate, error, isPending } = useUpdateDevice(device.id);
  const { digestMinutes } = device;
  const choices = digestMinutes === null || CHOICES.includes(digestMinutes) ? CHOICES : [digestMinutes, ...CHOICES];
  const choose = (value: string): void =>
    mutate(
      { digestMinutes: value === '' ? null : Number(value) },
      { onSuccess: () => showToast('ok', common('saved')) },
    );
  return (
    <Card>
      <div className="grid gap-4">
        <h2 className="text-lg">{t('title')}</h2>
        <Field label={t('digest')} hint={t('digestHint')}>
          <Select
            value={digestMinutes === null ? '' : String(digestMinutes)}
            disabled={isPending}
            onChange={(event) => choose(event.target.value)}
          >
            <option value="">{t('everyMail')}</option>
            {choices.map((minutes) => (
              <option key={minutes} value={minutes}>
                {t('gather', { minutes })}
              </option>
            ))}
          </Select>
        </Field>
        <ProblemNotice error={error} />
      </div>
    </Card>
  );
}
