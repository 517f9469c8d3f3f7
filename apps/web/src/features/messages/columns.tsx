'use client';
import type { MessageSummary } from '@hikyaku/contracts';
import { createColumnHelper, tableFeatures } from '@tanstack/react-table';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { StateBadge } from './state-badge.tsx';
import { Subject, useRecipientText } from './subject.tsx';
import { useDeviceOf } from './use-device-of.ts';

// The log is sorted, filtered and paged by the api: no client-side features at all.
export const features = tableFeatures({});
const helper = createColumnHelper<typeof features, MessageSummary>();

/** Columns of the delivery log. The device's is left out on the device's own page. */
export function useMessageColumns(hasDevice: boolean) {
  const t = useTranslations('messages');
  const recipientText = useRecipientText();
  const deviceOf = useDeviceOf();
  const dates = useDates();
  // biome-ignore lint/correctness/useExhaustiveDependencies: recipientText and deviceOf change only with t
  return useMemo(() => {
    const time = helper.accessor('acceptedAt', {
      header: t('columnTime'),
      cell: ({ getValue }) => (
        <time dateTime={getValue()} title={dates.full(getValue())} className="whitespace-nowrap tabular-nums">
          {dates.short(getValue())}
        </time>
      ),
    });
    const mail = helper.accessor('subject', {
      header: t('columnMail'),
      cell: ({ row: { original } }) => (
        <>
          <Link
            href={`/messages/${original.id}`}
            className="text-ink no-underline after:absolute after:inset-0 hover:underline"
          >
            <Subject message={original} />
          </Link>
          <p className="text-sm text-ink-soft">{recipientText(original.recipients)}</p>
        </>
      ),
    });
    const device = helper.accessor('deviceName', {
      header: t('columnDevice'),
      cell: ({ row: { original } }) =>
        original.deviceName ?? <span className="text-ink-faint">{deviceOf(original)}</span>,
    });
    const state = helper.accessor('state', {
      header: t('columnState'),
      cell: ({ row: { original } }) => <StateBadge message={original} />,
    });
    return hasDevice ? helper.columns([time, mail, device, state]) : helper.columns([time, mail, state]);
  }, [t, dates, hasDevice]);
}
