'use client';
import type { LogState } from '@hikyaku/contracts';
import { classNames } from '@hikyaku/ui';
import { Check } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { chipsOf, STATE_CHIPS, type StateChip, withStates } from './state-groups.ts';

interface StateChipsProps {
  /** States separated by commas; undefined for all. */
  states: string | undefined;
  onChange: (states: string | undefined) => void;
}

/** Narrows the log down by state: any of the pressed ones. */
export function StateChips({ states, onChange }: StateChipsProps) {
  const t = useTranslations('messages');
  const { pressed, others } = chipsOf(states);
  const chips: { key: string; label: string; states: readonly LogState[]; isPressed: boolean }[] = [
    ...(Object.keys(STATE_CHIPS) as StateChip[]).map((name) => ({
      key: name,
      label: t(`chips.${name}`),
      states: STATE_CHIPS[name],
      isPressed: pressed.includes(name),
    })),
    // A link from elsewhere may ask for a single state.
    ...others.map((state) => ({ key: state, label: t(`stateName.${state}`), states: [state], isPressed: true })),
  ];
  return (
    <fieldset className="col-span-full flex flex-wrap gap-2">
      <legend className="sr-only">{t('chips.label')}</legend>
      {chips.map(({ key, label, states: own, isPressed }) => (
        <button
          key={key}
          type="button"
          aria-pressed={isPressed}
          onClick={() => onChange(withStates(states, own))}
          className={classNames(
            'inline-flex min-h-11 cursor-pointer items-center gap-1.5 rounded-full border px-4 text-sm font-semibold pointer-fine:min-h-9',
            isPressed ? 'border-ai bg-ai-soft text-ai' : 'border-line-strong bg-surface text-ink hover:bg-sunken',
          )}
        >
          {isPressed ? <Check aria-hidden="true" className="size-4" /> : null}
          {label}
        </button>
      ))}
    </fieldset>
  );
}
