'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { Cell, classNames, HeadCell, TableFrame, TableRows } from '@hikyaku/ui';
import { useTable } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { features, useMessageColumns } from './columns.tsx';
import { RowChunks } from './row-chunks.tsx';

const WIDTHS: Record<string, string> = { acceptedAt: 'w-32', deviceName: 'w-40', state: 'w-60' };

interface MessageTableProps {
  /** Keep it the same array while nothing has changed. */
  messages: readonly MessageSummary[];
  hasDevice: boolean;
  isNew: (message: MessageSummary) => boolean;
}

/** The delivery log where there is room for columns. */
export function MessageTable({ messages, hasDevice, isNew }: MessageTableProps) {
  const t = useTranslations('messages');
  const columns = useMessageColumns(hasDevice);
  const table = useTable({ features, columns, data: messages, getRowId: (message) => message.id });
  return (
    <TableFrame
      caption={t('title')}
      // A width of its own for each column, or the columns would move with the rows that are drawn.
      className="[&_table]:table-fixed"
      head={table.getHeaderGroups().map((group) => (
        <tr key={group.id}>
          {group.headers.map((header) => (
            <HeadCell key={header.id} className={WIDTHS[header.column.id]}>
              <table.FlexRender header={header} />
            </HeadCell>
          ))}
        </tr>
      ))}
    >
      <RowChunks rows={table.getRowModel().rows}>
        {(rows, { ref, spacerPx }) => (
          <TableRows ref={ref}>
            {spacerPx === null ? (
              rows.map((row) => (
                <tr
                  key={row.id}
                  className={classNames('relative hover:bg-sunken', isNew(row.original) && 'animate-arrive')}
                >
                  {row.getAllCells().map((cell) => (
                    <Cell key={cell.id}>
                      <table.FlexRender cell={cell} />
                    </Cell>
                  ))}
                </tr>
              ))
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
