'use client';
import { Cell, HeadCell, TableFrame, TableRows } from '@hikyaku/ui';
import { useTable } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { type DeviceRow, features, useDeviceColumns } from './columns.tsx';

/** `rows`: keep it the same array while nothing has changed. */
export function DeviceTable({ rows }: { rows: DeviceRow[] }) {
  const t = useTranslations('devices');
  const columns = useDeviceColumns();
  const table = useTable({ features, columns, data: rows, getRowId: ({ device }) => device.id });
  return (
    <TableFrame
      caption={t('title')}
      className="hidden md:block"
      head={table.getHeaderGroups().map((group) => (
        <tr key={group.id}>
          {group.headers.map((header) => (
            <HeadCell key={header.id}>
              <table.FlexRender header={header} />
            </HeadCell>
          ))}
        </tr>
      ))}
    >
      <TableRows>
        {table.getRowModel().rows.map((row) => (
          <tr key={row.id} className="relative hover:bg-sunken">
            {row.getAllCells().map((cell) => (
              <Cell key={cell.id}>
                <table.FlexRender cell={cell} />
              </Cell>
            ))}
          </tr>
        ))}
      </TableRows>
    </TableFrame>
  );
}
