'use client';
import type { DeviceGroup, Mailbox } from '@hikyaku/contracts';
import { Button, buttonClass, classNames, EmptyState, Input, Select } from '@hikyaku/ui';
import { Download, SearchX, Upload } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useNow, useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { DeviceCards } from '../devices/device-cards.tsx';
import { DeviceTable } from '../devices/device-table.tsx';
import { GroupDialog } from '../groups/group-dialog.tsx';
import { useIsWide } from '../messages/use-is-wide.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ConditionChips } from './condition-chips.tsx';
import { CONDITIONS, type Condition, conditionOf, type FleetRow, NO_SITE, orderFleet } from './device-order.ts';
import { fleetTable } from './fleet-columns.ts';
import { fleetSections } from './fleet-sections.ts';
import { SiteSection } from './site-section.tsx';
import { useFleetFilter } from './use-fleet-filter.ts';

/** From here on somebody looks for a device instead of seeing it. */
const SEARCHED_FROM = 6;
/** How often "quiet" is looked at anew. */
const TICK_MS = 60_000;
/** Up to here every site lies open; beyond it those where all is well are folded. */
const OPEN_UP_TO = 30;

interface FleetListProps {
  rows: readonly FleetRow[];
  mailboxes: readonly Mailbox[];
  groups: readonly DeviceGroup[];
  /** False while devices are still being fetched. */
  isWhole: boolean;
  /** Changes these devices together; null: whoever looks may not. */
  onChangeAll: ((rows: readonly FleetRow[]) => void) | null;
}

/** The devices by site, problems first, with search and conditions where there are many. */
export function FleetList({ rows, mailboxes, groups, isWhole, onChangeAll }: FleetListProps) {
  const t = useTranslations('fleet');
  const sites = useTranslations('groups');
  const locale = useLocale();
  const isWide = useIsWide();
  const canEdit = useCanEdit();
  const now = useNow({ updateInterval: TICK_MS }).getTime();
  const [edited, setEdited] = useState<DeviceGroup | null>(null);
  const { words, conditions, site, change } = useFleetFilter();
  const shown = useMemo(() => orderFleet(rows, { words, conditions, site, now }), [rows, words, conditions, site, now]);
  const counts = useMemo(() => {
    const none = Object.fromEntries(CONDITIONS.map((name) => [name, 0])) as Record<Condition, number>;
    for (const row of rows) none[conditionOf(row, now)] += 1;
    return none;
  }, [rows, now]);
  const isFiltered = words !== '' || conditions.length > 0 || site !== '';
  const isMany = rows.length >= SEARCHED_FROM || isFiltered;
  const sections = useMemo(() => fleetSections(shown, groups, { isWhole: !isFiltered }), [shown, groups, isFiltered]);
  const exported = () =>
    saveFile(
      'hikyaku-devices.csv',
      writeCsv(
        fleetTable(
          shown.map(({ device }) => device),
          { mailboxes, groups },
          locale,
        ),
      ),
    );

  return (
    <div className="grid gap-4">
      {isMany ? (
        <search className={classNames('grid gap-3', groups.length > 0 && 'sm:grid-cols-[2fr_1fr]')}>
          <Input
            type="search"
            aria-label={t('search')}
            placeholder={t('searchPlaceholder')}
            defaultValue={words}
            maxLength={100}
            onChange={(event) => change({ words: event.target.value.trim() })}
          />
          {groups.length ? (
            <Select
              aria-label={sites('filter')}
              value={site}
              onChange={(event) => change({ site: event.target.value })}
            >
              <option value="">{sites('all')}</option>
              {groups.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
              <option value={NO_SITE}>{sites('none')}</option>
            </Select>
          ) : null}
          <div className="sm:col-span-full">
            <ConditionChips counts={counts} chosen={conditions} onChange={(next) => change({ conditions: next })} />
          </div>
        </search>
      ) : null}
      <div className="flex flex-wrap items-center gap-2">
        <p className="mr-auto text-sm text-ink-soft tabular-nums" aria-live="polite">
          {isWhole ? t('shown', { count: shown.length, total: rows.length }) : t('stillLoading')}
        </p>
        {onChangeAll && isWhole && shown.length > 1 ? (
          <Button tone="secondary" size="sm" onClick={() => onChangeAll(shown)}>
            {t('changeShown', { count: shown.length })}
          </Button>
        ) : null}
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
      {shown.length === 0 && isFiltered ? (
        <EmptyState icon={<SearchX aria-hidden="true" className="size-6" />} title={t('nothingFound')} />
      ) : groups.length ? (
        <div className="grid gap-5">
          {sections.map((section) => (
            <SiteSection
              key={`${section.group?.id ?? NO_SITE} ${isFiltered}`}
              section={section}
              isOpenAtFirst={isFiltered || section.problems > 0 || rows.length <= OPEN_UP_TO}
              onChangeAll={onChangeAll && isWhole ? () => onChangeAll(section.rows) : null}
              onEdit={canEdit && section.group ? () => setEdited(section.group) : null}
            >
              {isWide ? <DeviceTable rows={section.rows} /> : <DeviceCards rows={section.rows} />}
            </SiteSection>
          ))}
        </div>
      ) : isWide ? (
        <DeviceTable rows={shown} />
      ) : (
        <DeviceCards rows={shown} />
      )}
      {edited ? <GroupDialog group={edited} onClose={() => setEdited(null)} /> : null}
    </div>
  );
}
