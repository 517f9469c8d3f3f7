'use client';
import { Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import type { ComponentProps } from 'react';

/** Minutes that a storm is gathered for. */
const CHOICES = [1, 5, 15, 60];

interface DigestSelectProps extends Omit<ComponentProps<typeof Select>, 'value' | 'onChange'> {
  /** Null: every mail leaves by itself. */
  minutes: number | null;
  onChange(minutes: number | null): void;
}

/** How often a device's mails leave together. Also a control of `Field`. */
export function DigestSelect({ minutes, onChange, ...select }: DigestSelectProps) {
  const t = useTranslations('storms');
  const choices = minutes === null || CHOICES.includes(minutes) ? CHOICES : [minutes, ...CHOICES];
  return (
    <Select
      {...select}
      value={minutes === null ? '' : String(minutes)}
      onChange={({ target }) => onChange(target.value === '' ? null : Number(target.value))}
    >
      <option value="">{t('everyMail')}</option>
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {t('gather', { minutes: choice })}
        </option>
      ))}
    </Select>
  );
}
