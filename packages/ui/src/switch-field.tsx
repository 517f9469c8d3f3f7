import * as Switch from 'radix-ui/switch';
import { type ReactNode, useId } from 'react';

interface SwitchFieldProps {
  label: string;
  hint?: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  isDisabled?: boolean;
}

/** A setting that is on or off; the whole row is the target. */
export function SwitchField({ label, hint, isChecked, onChange, isDisabled }: SwitchFieldProps) {
  const id = useId();
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="cursor-pointer py-1 font-semibold">
          {label}
        </label>
        {hint ? (
          <p id={`${id}-hint`} className="text-sm text-ink-soft">
            {hint}
          </p>
        ) : null}
      </div>
      <Switch.Root
        id={id}
        checked={isChecked}
        onCheckedChange={onChange}
        disabled={isDisabled ?? false}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="relative mt-0.5 h-8 w-14 shrink-0 cursor-pointer rounded-full border border-line-strong bg-sunken transition-colors before:absolute before:-inset-2 data-[state=checked]:border-ai data-[state=checked]:bg-ai disabled:opacity-60"
      >
        <Switch.Thumb className="block size-6 translate-x-1 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-6.5 data-[state=checked]:bg-on-ai" />
      </Switch.Root>
    </div>
  );
}
