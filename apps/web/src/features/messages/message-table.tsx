'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { Cell, classNames, HeadCell, TableFrame } from '@hikyaku/ui';
import { useTable } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { features, useMessageColumns } from './columns.tsx';

const WIDTHS: Record<string, string> = { acceptedAt: 'w-32', deviceName: 'w-40', state: 'w-60' };

interface MessageTableProps {
  /** Keep it the same array while nothing has changed. */
  messages: MessageSummary[];
  hasDevice: boolean;
  isNew: (id: string) => boolean;
}

/** The delivery log where there is room for columns. */
export function MessageTable({ messages, hasDevice, isNew }: MessageTableProps) {
  const t = useTranslations('messages');
  const columns = useMessageColumns(hasDevice);
  const table = useTable({ features, columns, data: messages, getRowId: (message) => message.id });
  return (
    <TableFrame
      caption={t('title')}
      className="hidden md:block"
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
      {table.getRowModel().rows.map((row) => (
        <tr key={row.id} className={classNames('relative hover:bg-sunken', isNew(row.id) && 'animate-arrive')}>
          {row.getAllCells().map((cell) => (
            <Cell key={cell.id}>
              <table.FlexRender cell={cell} />
            </Cell>
          ))}
        </tr>
      ))}
    </TableFrame>
  );
}
