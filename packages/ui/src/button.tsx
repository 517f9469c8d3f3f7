import type { AnchorHTMLAttributes, ButtonHTMLAttributes, MouseEvent } from 'react';
import { classNames } from './class-names.ts';
import { Spinner } from './spinner.tsx';

export type ButtonTone = 'primary' | 'secondary' | 'quiet' | 'danger';
export type ButtonSize = 'md' | 'sm';

const TONES: Record<ButtonTone, string> = {
  primary: 'bg-ai text-on-ai hover:bg-ai-strong',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
  quiet: 'text-ai hover:bg-ai-soft',
  danger: 'bg-bad text-on-bad hover:bg-bad-strong',
};

// 48 px on a phone, 44 with a mouse; the small one keeps 44 wherever a finger is the pointer (WCAG 2.5.5).
const SIZES: Record<ButtonSize, string> = {
  md: 'min-h-12 px-5 sm:min-h-11',
  sm: 'min-h-11 px-3.5 text-sm pointer-fine:min-h-9',
};

/** Class names of a button, for links that look like one. */
export function buttonClass(tone: ButtonTone = 'primary', size: ButtonSize = 'md', className?: string): string {
  return classNames(
    'inline-flex cursor-pointer items-center justify-center gap-2 rounded-md text-center font-semibold leading-snug no-underline transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-60 aria-disabled:cursor-not-allowed aria-disabled:opacity-60',
    TONES[tone],
    SIZES[size],
    className,
  );
}

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: ButtonTone;
  size?: ButtonSize;
  /** Shows a spinner and refuses further clicks. It keeps the focus, which a disabled button loses: whoever has no mouse goes on from it. */
  isBusy?: boolean;
}

export function Button({ tone, size, isBusy, className, children, onClick, type = 'button', ...rest }: ButtonProps) {
  // Enter in a field of its form is a click on it, too.
  const refuse = (event: MouseEvent) => event.preventDefault();
  return (
    <button
      {...rest}
      type={type}
      onClick={isBusy ? refuse : onClick}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      className={buttonClass(tone, size, className)}
    >
      {isBusy ? <Spinner /> : null}
      {children}
    </button>
  );
}

interface ButtonAnchorProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  tone?: ButtonTone;
  size?: ButtonSize;
}

/** A plain link (full page load) that looks like a button. */
export function ButtonAnchor({ tone, size, className, children, ...rest }: ButtonAnchorProps) {
  return (
    <a {...rest} className={buttonClass(tone, size, className)}>
      {children}
    </a>
  );
}
