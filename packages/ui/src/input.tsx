import { ChevronDown } from 'lucide-react';
import type { InputHTMLAttributes, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react';
import { classNames } from './class-names.ts';

const CONTROL =
  'w-full rounded-md border border-line-strong bg-surface px-3.5 text-base text-ink placeholder:text-ink-faint ' +
  'placeholder-shown:text-ellipsis aria-invalid:border-bad aria-invalid:bg-bad-soft disabled:bg-sunken disabled:text-ink-faint';

export function Input({
  className,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { ref?: React.Ref<HTMLInputElement> }) {
  return <input {...rest} className={classNames(CONTROL, 'min-h-12 sm:min-h-11', className)} />;
}

export function Textarea({
  className,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: React.Ref<HTMLTextAreaElement> }) {
  return <textarea {...rest} className={classNames(CONTROL, 'min-h-24 py-2.5', className)} />;
}

/** The platform's own select: the best one on a phone. */
export function Select({
  className,
  children,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { ref?: React.Ref<HTMLSelectElement> }) {
  return (
    <span className={classNames('relative block', className)}>
      <select {...rest} className={classNames(CONTROL, 'min-h-12 appearance-none pr-10 sm:min-h-11')}>
        {children}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-1/2 right-3 size-5 -translate-y-1/2 text-ink-soft"
      />
    </span>
  );
}
