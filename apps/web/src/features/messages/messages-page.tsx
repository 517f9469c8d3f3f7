'use client';
import { Button, EmptyState, PageHeader } from '@hikyaku/ui';
import { Inbox, SearchX } from 'lucide-react';
import { useTimeZone, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { FilterBar } from './filter-bar.tsx';
import { LiveDot } from './live-dot.tsx';
import { withMoments } from './log-days.ts';
import { LogExport } from './log-export.tsx';
import { LogList } from './log-list.tsx';
import { useMessageFilter } from './use-message-filter.ts';

export function MessagesPage() {
  const t = useTranslations('messages');
  const { filter, change } = useMessageFilter();
  const zone = useTimeZone();
  const asked = useMemo(() => withMoments(filter, zone), [filter, zone]);
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        action={
          <span className="flex flex-wrap items-center gap-4">
            <LiveDot />
            <LogExport filter={asked} />
          </span>
        }
      />
      <FilterBar filter={filter} onChange={change} />
      <LogList
        filter={asked}
        empty={
          isFiltered ? (
            <EmptyState
              icon={<SearchX aria-hidden="true" className="size-6" />}
              title={t('emptyFilteredTitle')}
              action={
                <Button
                  tone="secondary"
                  onClick={() =>
                    change({ deviceId: undefined, state: undefined, q: undefined, from: undefined, to: undefined })
                  }
                >
                  {t('clear')}
                </Button>
              }
            >
              {t('emptyFilteredText')}
            </EmptyState>
          ) : (
            <EmptyState icon={<Inbox aria-hidden="true" className="size-6" />} title={t('emptyTitle')}>
              {t('emptyText')}
            </EmptyState>
          )
        }
      />
    </>
  );
}
