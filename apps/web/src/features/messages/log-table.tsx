'use client';
import { Cell, classNames, HeadCell, TableFrame, TableRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { EntryState, EntryTitle, useEntryNote } from './entry-text.tsx';
import { FoldButton } from './fold-button.tsx';
import type { LogLine } from './log-lines.ts';
import { arrivalOf } from './newcomers.ts';
import { RowChunks } from './row-chunks.tsx';
import { useDeviceOf } from './use-device-of.ts';
import type { LogLook } from './use-log-lines.ts';

/** The log where there is room for columns. */
export function LogTable({ name, lines, hasDevice, isNew, onToggle }: LogLook) {
  const t = useTranslations('messages');
  const dates = useDates();
  const deviceOf = useDeviceOf();
  const noteOf = useEntryNote();
  const columns = hasDevice ? 4 : 3;

  const drawLine = (line: LogLine): ReactNode => {
    if (line.type === 'day') {
      return (
        <tr key={line.key} className="bg-sunken">
          <th scope="rowgroup" colSpan={columns} className="px-4 py-1.5 text-left text-sm font-semibold text-ink-soft">
            {dates.weekday(line.at)}
          </th>
        </tr>
      );
    }
    const entries = line.type === 'fold' ? line.entries : [line.entry];
    const [entry, oldest] = [entries[0]!, entries.at(-1)!];
    return (
      <tr key={line.key} className={classNames('relative hover:bg-sunken', isNew(entry) && 'animate-arrive')}>
        <Cell>
          <EntryTime at={arrivalOf(entry)} />
          {line.type === 'fold' ? (
            <>
              <br />
              <span className="text-ink-soft">
                – <EntryTime at={arrivalOf(oldest)} />
              </span>
            </>
          ) : null}
        </Cell>
        <Cell>
          {line.type === 'fold' ? (
            <FoldButton entry={entry} count={entries.length} isOpen={line.isOpen} onToggle={() => onToggle(entries)} />
          ) : (
            <EntryTitle entry={entry} />
          )}
          <p className="text-sm wrap-anywhere text-ink-soft">{noteOf(entry)}</p>
        </Cell>
        {hasDevice ? <Cell className={entry.deviceName ? '' : 'text-ink-faint'}>{deviceOf(entry)}</Cell> : null}
        <Cell>
          <EntryState entry={entry} />
        </Cell>
      </tr>
    );
  };

  return (
    <TableFrame
      caption={t('title')}
      // A width of its own for each column, or the columns would move with the rows that are drawn.
      className="[&_table]:table-fixed"
      head={
        <tr>
          <HeadCell className="w-28">{t('columnTime')}</HeadCell>
          <HeadCell>{t('columnMail')}</HeadCell>
          {hasDevice ? <HeadCell className="w-40">{t('columnDevice')}</HeadCell> : null}
          <HeadCell className="w-84">{t('columnState')}</HeadCell>
        </tr>
      }
    >
      <RowChunks rows={lines} name={name}>
        {(chunk, { ref, spacerPx }) => (
          <TableRows ref={ref}>
            {spacerPx === null ? (
              chunk.map(drawLine)
            ) : (
              <tr>
                <td style={{ height: spacerPx }} />
              </tr>
            )}
          </TableRows>
        )}
      </RowChunks>
    </TableFrame>
  );
}

function EntryTime({ at }: { at: string }) {
  const dates = useDates();
  return (
    <time dateTime={at} title={dates.full(at)} className="whitespace-nowrap tabular-nums">
      {dates.time(at)}
    </time>
  );
}
