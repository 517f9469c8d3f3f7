'use client';
import { classNames } from '@hikyaku/ui';
import type { ReactNode } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { EntryState, EntryTitle, useEntryNote } from './entry-text.tsx';
import { FoldButton } from './fold-button.tsx';
import type { LogLine } from './log-lines.ts';
import { arrivalOf } from './newcomers.ts';
import { RowChunks } from './row-chunks.tsx';
import { useDeviceOf } from './use-device-of.ts';
import type { LogLook } from './use-log-lines.ts';

/** The log on a phone: the whole card is the link. */
export function LogCards({ name, lines, hasDevice, isNew, onToggle }: LogLook) {
  const dates = useDates();
  const deviceOf = useDeviceOf();
  const noteOf = useEntryNote();

  const drawLine = (line: LogLine): ReactNode => {
    if (line.type === 'day') {
      return (
        <li key={line.key} className="pt-2 text-sm font-semibold text-ink-soft">
          {dates.weekday(line.at)}
        </li>
      );
    }
    const entries = line.type === 'fold' ? line.entries : [line.entry];
    const [entry, oldest] = [entries[0]!, entries.at(-1)!];
    const from = line.type === 'fold' ? `${dates.time(arrivalOf(oldest))} – ` : '';
    return (
      <li
        key={line.key}
        className={classNames(
          'relative grid grid-cols-1 gap-1.5 rounded-lg border border-line bg-surface p-4 shadow-lift',
          isNew(entry) && 'animate-arrive',
        )}
      >
        <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm text-ink-soft">
          <span className="min-w-16 flex-1 basis-0 truncate">{hasDevice ? deviceOf(entry) : null}</span>
          <time dateTime={arrivalOf(entry)} className="max-w-full tabular-nums">
            {from}
            {dates.time(arrivalOf(entry))}
          </time>
        </div>
        {line.type === 'fold' ? (
          <FoldButton entry={entry} count={entries.length} isOpen={line.isOpen} onToggle={() => onToggle(entries)} />
        ) : (
          <EntryTitle entry={entry} />
        )}
        <p className="text-sm wrap-anywhere text-ink-soft">{noteOf(entry)}</p>
        <div className="mt-1">
          <EntryState entry={entry} />
        </div>
      </li>
    );
  };

  return (
    <div className="grid grid-cols-1 gap-3">
      <RowChunks rows={lines} name={name}>
        {(chunk, { ref, spacerPx }) => (
          <ul ref={ref} className="grid grid-cols-1 gap-3">
            {spacerPx === null ? chunk.map(drawLine) : <li style={{ height: spacerPx }} />}
          </ul>
        )}
      </RowChunks>
    </div>
  );
}
