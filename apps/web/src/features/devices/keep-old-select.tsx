'use client';
import { Field, Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';

const CHOICES = [
  { minutes: 0, key: 'rotateNow' },
  { minutes: 60, key: 'rotateHour' },
  { minutes: 1440, key: 'rotateDay' },
  { minutes: 10_080, key: 'rotateWeek' },
] as const;

/** A day: nobody has to run to a device. */
export const KEEP_OLD_USUALLY = 1440;

/** For how long the old password works beside a new one. */
export function KeepOldSelect({ minutes, onChange }: { minutes: number; onChange: (minutes: number) => void }) {
  const t = useTranslations('credentials');
  return (
    <Field label={t('rotateKeep')}>
      <Select value={minutes} onChange={(event) => onChange(Number(event.target.value))}>
        {CHOICES.map((choice) => (
          <option key={choice.minutes} value={choice.minutes}>
            {t(choice.key)}
          </option>
        ))}
      </Select>
    </Field>
  );
}
