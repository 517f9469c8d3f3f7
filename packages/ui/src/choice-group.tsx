import { type ReactNode, useId } from 'react';

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  hint?: ReactNode;
}

interface ChoiceGroupProps<Value extends string> {
  label: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  isDisabled?: boolean;
}

/** A few alternatives, each explained: radio buttons as large rows. */
export function ChoiceGroup<Value extends string>({
  label,
  choices,
  value,
  onChange,
  isDisabled,
}: ChoiceGroupProps<Value>) {
  const name = useId();
  return (
    <fieldset className="grid gap-2" disabled={isDisabled}>
      <legend className="mb-2 font-semibold">{label}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className="flex cursor-pointer items-start gap-3 rounded-md border border-line bg-surface p-3.5 transition-colors hover:border-line-strong has-checked:border-ai has-checked:bg-ai-soft has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-ai"
        >
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
            className="mt-1 size-5 shrink-0 accent-ai outline-none"
          />
          <span className="grid gap-0.5">
            <span className="font-semibold">{choice.label}</span>
            {choice.hint ? <span className="text-sm text-ink-soft">{choice.hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
