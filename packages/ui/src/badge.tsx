import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';

export type Tone = 'neutral' | 'info' | 'ok' | 'warn' | 'bad';

const TONES: Record<Tone, string> = {
  neutral: 'bg-sunken text-ink-soft',
  info: 'bg-ai-soft text-ai',
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
};

interface BadgeProps {
  tone?: Tone;
  /** Small icon before the words: colour alone tells nothing to some eyes. */
  icon?: ReactNode;
  children: ReactNode;
}

export function Badge({ tone = 'neutral', icon, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        // Of one line as round as a pill; what does not fit is never cut off.
        'inline-flex max-w-full items-center gap-1.5 rounded-[0.875rem] px-2.5 py-0.5 text-sm font-semibold leading-6',
        TONES[tone],
      )}
    >
      {icon}
      <span className="min-w-0">{children}</span>
    </span>
  );
}
