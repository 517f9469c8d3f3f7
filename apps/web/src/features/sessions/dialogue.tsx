'use client';
import { SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { LoadFailed } from '../shell/load-failed.tsx';
import { useSessionLines } from './queries.ts';

/** What device and relay said to each other, folded: for whoever wants to look closer, or to send it to somebody. */
export function Dialogue({ sessionId }: { sessionId: string }) {
  const t = useTranslations('live');
  const common = useTranslations('common');
  const [isOpen, setIsOpen] = useState(false);
  const { data, error, refetch } = useSessionLines(sessionId, isOpen);
  return (
    <details className="min-w-0" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer py-2 text-sm font-semibold text-ink-soft">{t('dialogue')}</summary>
      {error && !data ? <LoadFailed error={error} onRetry={refetch} /> : null}
      {isOpen && !error && !data ? <SkeletonRows count={2} label={common('loading')} /> : null}
      {data ? (
        <ol className="grid gap-0.5 overflow-x-auto rounded-sm bg-sunken p-3 font-mono text-xs text-ink">
          {data.lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an ended dialogue do not change
            <li key={index} className="grid grid-cols-[1.25rem_1fr] gap-1.5">
              <span aria-hidden="true">{line.from === 'device' ? '→' : line.from === 'edge' ? '←' : '·'}</span>
              <span dir="ltr" className="break-all">
                <span className="sr-only">{t(`by.${line.from}`)}: </span>
                {line.text}
              </span>
            </li>
          ))}
        </ol>
      ) : null}
    </details>
  );
}
