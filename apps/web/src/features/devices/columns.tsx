'use client';
import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { Ago } from '../../i18n/ago.tsx';
import type { FleetRow } from '../fleet/device-order.ts';
import { ItemLink } from '../shell/item-link.tsx';
import { DeviceState } from './device-state.tsx';

export const features = tableFeatures({});
const helper = createColumnHelper<typeof features, FleetRow>();

export function useDeviceColumns() {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  return useMemo(
    () =>
      helper.columns([
        helper.accessor((row) => row.device.name, {
          id: 'name',
          header: t('columnName'),
          cell: ({ row: { original } }) => (
            <ItemLink
              href={`/devices/${original.device.id}`}
              className="font-semibold text-ink no-underline after:absolute after:inset-0 hover:underline"
            >
              {original.device.name}
            </ItemLink>
          ),
        }),
        helper.accessor((row) => row.mailbox?.address, {
          id: 'mailbox',
          header: t('columnMailbox'),
          cell: ({ getValue }) => getValue() ?? t('noMailbox'),
        }),
        helper.accessor((row) => row.device.lastMessageAt, {
          id: 'last',
          header: t('columnLast'),
          cell: ({ getValue }) => {
            const at = getValue();
            return at ? <Ago at={at} /> : common('never');
          },
        }),
        helper.display({
          id: 'state',
          header: t('columnState'),
          cell: ({ row: { original } }) => <DeviceState {...original} />,
        }),
      ]),
    [t, common],
  );
}
