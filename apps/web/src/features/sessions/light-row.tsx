'use client';
import { classNames } from '@hikyaku/ui';
import { Check, Minus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { LIGHTS, type LightName, type LightState, type Lights } from './lights.ts';

const LOOKS: Record<LightState, string> = {
  off: 'border-2 border-line bg-surface',
  next: 'border-2 border-ai bg-surface',
  ok: 'bg-ok text-surface',
  none: 'bg-sunken text-ink-soft',
  failed: 'bg-bad text-on-bad',
};

interface LightRowProps {
  lights: Lights;
  /** A value beside a light: the port, the user name. */
  details: Partial<Record<LightName, ReactNode>>;
}

/** The five lights: in a row on a phone, one below the other beside the card. */
export function LightRow({ lights, details }: LightRowProps) {
  const t = useTranslations('live');
  return (
    <ol className="grid grid-cols-5 gap-1 lg:grid-cols-1 lg:gap-3">
      {LIGHTS.map((name) => (
        <li
          key={name}
          className="grid min-w-0 justify-items-center gap-1 text-center lg:grid-cols-[1.75rem_1fr] lg:items-center lg:justify-items-start lg:gap-3 lg:text-left"
        >
          <span
            className={classNames(
              'relative grid size-7 max-w-full place-items-center rounded-full',
              LOOKS[lights[name]],
            )}
          >
            {lights[name] === 'next' ? (
              <span aria-hidden="true" className="size-2.5 animate-ping rounded-full bg-ai" />
            ) : null}
            {lights[name] === 'ok' ? <Check aria-hidden="true" className="size-4.5" /> : null}
            {lights[name] === 'none' ? <Minus aria-hidden="true" className="size-4.5" /> : null}
            {lights[name] === 'failed' ? <X aria-hidden="true" className="size-4.5" /> : null}
          </span>
          <span className="grid min-w-0">
            <span
              className={classNames(
                'text-[0.6875rem] leading-tight font-semibold wrap-anywhere lg:text-base',
                lights[name] === 'off' && 'text-ink-soft',
                lights[name] === 'failed' && 'text-bad',
              )}
            >
              {t(`light.${name}`)}
              <span className="sr-only">: {t(`state.${lights[name]}`)}</span>
            </span>
            {details[name] ? <span className="text-sm text-ink-soft max-lg:hidden">{details[name]}</span> : null}
          </span>
        </li>
      ))}
    </ol>
  );
}
