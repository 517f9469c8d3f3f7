'use client';
import { Cell, HeadCell, TableFrame, TableRows } from '@hikyaku/ui';
import { useTable } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import type { FleetRow } from '../fleet/device-order.ts';
import { RowChunks } from '../messages/row-chunks.tsx';
import { features, useDeviceColumns } from './columns.tsx';

const WIDTHS: Record<string, string> = { mailbox: 'w-68', last: 'w-42', state: 'w-78' };

/** `rows`: keep it the same array while nothing has changed. */
export function DeviceTable({ rows }: { rows: FleetRow[] }) {
  const t = useTranslations('devices');
  const columns = useDeviceColumns();
  const table = useTable({ features, columns, data: rows, getRowId: ({ device }) => device.id });
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
        {(chunk, { ref, spacerPx }) => (
          <TableRows ref={ref}>
            {spacerPx === null ? (
              chunk.map((row) => (
                <tr key={row.id} className="relative hover:bg-sunken">
                  {row.getAllCells().map((cell) => (
                    <Cell key={cell.id} className="wrap-anywhere">
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
