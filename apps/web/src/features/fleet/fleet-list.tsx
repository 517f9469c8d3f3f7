'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Button, buttonClass, EmptyState, Input } from '@hikyaku/ui';
import { Download, SearchX, Upload } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useNow, useTranslations } from 'next-intl';
import { type ReactNode, useMemo } from 'react';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { DeviceCards } from '../devices/device-cards.tsx';
import { DeviceTable } from '../devices/device-table.tsx';
import { useIsWide } from '../messages/use-is-wide.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ConditionChips } from './condition-chips.tsx';
import { CONDITIONS, type Condition, conditionOf, type FleetRow, orderFleet } from './device-order.ts';
import { fleetTable } from './fleet-columns.ts';
import { useFleetFilter } from './use-fleet-filter.ts';

/** From here on somebody looks for a device instead of seeing it. */
const SEARCHED_FROM = 6;
/** How often "quiet" is looked at anew. */
const TICK_MS = 60_000;

interface FleetListProps {
  rows: readonly FleetRow[];
  mailboxes: readonly Mailbox[];
  /** False while devices are still being fetched. */
  isWhole: boolean;
  /** What can be done with the devices shown. */
  actions: (shown: readonly FleetRow[]) => ReactNode;
}

/** The devices, problems first, with search and conditions where there are many. */
export function FleetList({ rows, mailboxes, isWhole, actions }: FleetListProps) {
  const t = useTranslations('fleet');
  const locale = useLocale();
  const isWide = useIsWide();
  const canEdit = useCanEdit();
  const now = useNow({ updateInterval: TICK_MS }).getTime();
  const { words, conditions, change } = useFleetFilter();
  const shown = useMemo(() => orderFleet(rows, { words, conditions, now }), [rows, words, conditions, now]);
  const counts = useMemo(() => {
    const none = Object.fromEntries(CONDITIONS.map((name) => [name, 0])) as Record<Condition, number>;
    for (const row of rows) none[conditionOf(row, now)] += 1;
    return none;
  }, [rows, now]);
  const isMany = rows.length >= SEARCHED_FROM || words !== '' || conditions.length > 0;
  const exported = () =>
    saveFile(
      'hikyaku-devices.csv',
      writeCsv(
        fleetTable(
          shown.map(({ device }) => device),
          mailboxes,
          locale,
        ),
      ),
    );

  return (
    <div className="grid gap-4">
      {isMany ? (
        <search className="grid gap-3">
          <Input
            type="search"
            aria-label={t('search')}
            placeholder={t('searchPlaceholder')}
            defaultValue={words}
            maxLength={100}
            onChange={(event) => change({ words: event.target.value.trim() })}
          />
          <ConditionChips counts={counts} chosen={conditions} onChange={(next) => change({ conditions: next })} />
        </search>
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto text-sm text-ink-soft tabular-nums" aria-live="polite">
          {isWhole ? t('shown', { count: shown.length, total: rows.length }) : t('stillLoading')}
        </p>
        {actions(shown)}
        {isWhole ? (
          <Button tone="secondary" size="sm" onClick={exported}>
            <Download aria-hidden="true" className="size-4.5" />
            {t('export')}
          </Button>
        ) : null}
        {canEdit ? (
          <Link href="/devices/import" className={buttonClass('secondary', 'sm')}>
            <Upload aria-hidden="true" className="size-4.5" />
            {t('import')}
          </Link>
        ) : null}
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={<SearchX aria-hidden="true" className="size-6" />} title={t('nothingFound')} />
      ) : isWide ? (
        <DeviceTable rows={shown} />
      ) : (
        <DeviceCards rows={shown} />
      )}
    </div>
  );
}
