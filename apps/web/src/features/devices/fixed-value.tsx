'use client';
import { BreakableAddress } from '../mailboxes/breakable-address.tsx';

interface FixedValueProps {
  label: string;
  value: string;
  hint?: string;
}

/** A value to be chosen in the device rather than pasted. */
export function FixedValue({ label, value, hint }: FixedValueProps) {
  return (
    <div className="grid content-start gap-1">
      <span className="text-sm font-semibold text-ink-soft">{label}</span>
      <p className="flex min-h-12 items-center rounded-md bg-sunken px-3.5 py-2.5 font-semibold">
        <span className="min-w-0 wrap-anywhere">
          <BreakableAddress address={value} />
        </span>
      </p>
      {hint ? <p className="text-sm text-ink-soft">{hint}</p> : null}
    </div>
  );
}
