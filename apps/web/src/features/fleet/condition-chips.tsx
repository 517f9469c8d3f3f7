'use client';
import { classNames } from '@hikyaku/ui';
import { useFormatter, useTranslations } from 'next-intl';
import { CONDITIONS, type Condition } from './device-order.ts';

interface ConditionChipsProps {
  /** How many devices are so; those that none is are not offered. */
  counts: Readonly<Record<Condition, number>>;
  chosen: readonly Condition[];
  onChange: (chosen: Condition[]) => void;
}

/** Narrows the fleet down to devices that are refused, quiet, and so on. */
export function ConditionChips({ counts, chosen, onChange }: ConditionChipsProps) {
  const t = useTranslations('fleet');
  const format = useFormatter();
  const offered = CONDITIONS.filter((name) => counts[name] > 0 || chosen.includes(name));
  return (
    <fieldset className="flex flex-wrap gap-2">
      <legend className="sr-only">{t('conditions')}</legend>
      {offered.map((name) => {
        const isChosen = chosen.includes(name);
        return (
          <button
            key={name}
            type="button"
            aria-pressed={isChosen}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== name) : [...chosen, name])}
            className={classNames(
              'inline-flex min-h-11 cursor-pointer items-center gap-2 rounded-full border px-4 text-sm font-semibold pointer-fine:min-h-9',
              isChosen ? 'border-ai bg-ai-soft text-ai' : 'border-line-strong bg-surface text-ink hover:bg-sunken',
            )}
          >
            {t(`condition.${name}`)}
            <span className="tabular-nums">{format.number(counts[name])}</span>
          </button>
        );
      })}
    </fieldset>
  );
}
