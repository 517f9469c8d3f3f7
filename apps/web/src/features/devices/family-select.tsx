'use client';
import type { DeviceFamily, FormField } from '@hikyaku/devices';
import { Field, Select } from '@hikyaku/ui';
import { useQuery } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'next-intl';
import { useMemo } from 'react';

/** The catalogue of device families; 20 KB that only this page needs, fetched when it is shown. */
function useFamilies(): readonly DeviceFamily[] {
  const { data } = useQuery({
    queryKey: ['families'],
    queryFn: () => import('@hikyaku/devices').then(({ deviceFamilies }) => deviceFamilies),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? [];
}

interface FamilySelectProps {
  family: DeviceFamily | null;
  onChange: (family: DeviceFamily | null) => void;
}

export function FamilySelect({ family, onChange }: FamilySelectProps) {
  const t = useTranslations('credentials');
  const locale = useLocale();
  const families = useFamilies();
  const byKind = useMemo(() => Object.entries(Object.groupBy(families, ({ kind }) => kind)), [families]);
  return (
    <Field label={t('familyTitle')} hint={t('familyHint')}>
      <Select
        value={family?.id ?? ''}
        onChange={(event) => onChange(families.find(({ id }) => id === event.target.value) ?? null)}
      >
        <option value="">{t('familyNone')}</option>
        {byKind.map(([kind, members]) => (
          <optgroup key={kind} label={t(`kind.${kind as DeviceFamily['kind']}`)}>
            {members.map(({ id, name, brands }) => (
              <option key={id} value={id}>
                {[name[locale], ...brands].join(', ')}
              </option>
            ))}
          </optgroup>
        ))}
      </Select>
    </Field>
  );
}

/** What a field is called in the device's own form, as a remark; undefined where it is not known. */
export function useFieldAlias(family: DeviceFamily | null): (field: FormField) => string | undefined {
  const t = useTranslations('credentials');
  const locale = useLocale();
  return (field) => {
    const names = family?.labels[field];
    const label = names?.[locale] ?? names?.en ?? names?.ja;
    return label ? t('inForm', { label }) : undefined;
  };
}
