'use client';
import type { DeviceFamily } from '@hikyaku/devices';
import { Button, Field, Input } from '@hikyaku/ui';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { whenIdle } from '../../forms/when-idle.ts';
import { searchFamilies } from './families.ts';
import { useFamilies } from './use-families.ts';

// What a phone shows without scrolling far; more words narrow it down.
const SHOWN = 8;

interface FamilyPickerProps {
  familyId: string | null;
  onChange: (family: DeviceFamily | null) => void;
}

/** Which device it is, by maker, model or kind. Without one the card speaks in general words. */
export function FamilyPicker({ familyId, onChange }: FamilyPickerProps) {
  const t = useTranslations('credentials');
  const locale = useLocale();
  // At the latest when somebody types: the form stands without it.
  const [isWanted, setIsWanted] = useState(false);
  useEffect(() => whenIdle(() => setIsWanted(true)), []);
  const catalogue = useFamilies({ isWanted });
  const families = catalogue ?? [];
  const chosen = families.find(({ id }) => id === familyId);
  const [text, setText] = useState('');
  const found = searchFamilies(families, text);

  if (chosen || (familyId !== null && !catalogue)) {
    return (
      <div className="grid gap-1.5">
        <span className="font-semibold">{t('familyTitle')}</span>
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-line-strong px-3.5 py-1.5">
          <span className="font-semibold">{chosen?.name[locale] ?? '…'}</span>
          <Button type="button" tone="quiet" size="sm" onClick={() => onChange(null)}>
            {t('familyChange')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <div className="grid gap-2">
      <Field label={t('familyTitle')} hint={t('familyHint')}>
        <Input
          type="search"
          value={text}
          maxLength={60}
          autoComplete="off"
          placeholder={t('familyPlaceholder')}
          onFocus={() => setIsWanted(true)}
          onChange={(event) => setText(event.target.value)}
          // Enter would send the form around it.
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (found[0]) onChange(found[0]);
          }}
        />
      </Field>
      <p role="status" className="text-sm text-ink-soft empty:hidden">
        {text.trim() && families.length ? t('familyFound', { count: found.length }) : null}
      </p>
      {found.length ? (
        <ul className="grid overflow-hidden rounded-md border border-line-strong bg-surface">
          {found.slice(0, SHOWN).map((family) => (
            <li key={family.id} className="border-line not-first:border-t">
              <button
                type="button"
                onClick={() => onChange(family)}
                className="flex min-h-12 w-full cursor-pointer flex-wrap items-baseline gap-x-3 px-3.5 py-2.5 text-left -outline-offset-3 hover:bg-ai-soft"
              >
                <span className="font-semibold">{family.name[locale]}</span>
                <span className="text-sm text-ink-soft">
                  {[t(`kind.${family.kind}`), ...family.brands].join(' · ')}
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
