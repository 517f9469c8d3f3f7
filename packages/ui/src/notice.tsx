import type { ReactNode } from 'react';
import type { Tone } from './badge.tsx';
import { classNames } from './class-names.ts';

const TONES: Record<Tone, string> = {
  neutral: 'border-line bg-sunken',
  info: 'border-ai/40 bg-ai-soft',
  ok: 'border-ok/40 bg-ok-soft',
  warn: 'border-warn/40 bg-warn-soft',
  bad: 'border-bad/40 bg-bad-soft',
};
const ICONS: Record<Tone, string> = {
  neutral: 'text-ink-soft',
  info: 'text-ai',
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
};

interface NoticeProps {
  tone?: Tone;
  icon?: ReactNode;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** True for what has just gone wrong: read out at once. */
  isAlert?: boolean;
}

/** Something the reader should know, and what to do about it. */
export function Notice({ tone = 'info', icon, title, children, action, isAlert }: NoticeProps) {
  return (
    <div role={isAlert ? 'alert' : undefined} className={classNames('flex gap-3 rounded-md border p-4', TONES[tone])}>
      {icon ? <span className={classNames('mt-0.5 shrink-0', ICONS[tone])}>{icon}</span> : null}
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 flex-1 basis-72 gap-1">
          {title ? <p className="font-semibold">{title}</p> : null}
          {children ? <div className="text-ink-soft">{children}</div> : null}
        </div>
        {action ? (
          <div className="flex shrink-0 flex-wrap gap-3 max-sm:w-full sm:*:whitespace-nowrap max-sm:*:flex-auto">
            {action}
          </div>
        ) : null}
      </div>
    </div>
  );
}
