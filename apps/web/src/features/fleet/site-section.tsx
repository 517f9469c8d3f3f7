'use client';
import { Badge, Button } from '@hikyaku/ui';
import { ChevronRight, CircleAlert, MapPin, Pencil } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';
import type { FleetSection } from './fleet-sections.ts';

interface SiteSectionProps {
  section: FleetSection;
  isOpenAtFirst: boolean;
  /** Null: whoever looks may change nothing. */
  onChangeAll: (() => void) | null;
  onEdit: (() => void) | null;
  /** Its devices; drawn while it is open only, so that hundreds of sites stay light. */
  children: ReactNode;
}

/** One site of the fleet: how it is in one line, its devices below. */
export function SiteSection({ section: { group, rows, problems }, isOpenAtFirst, ...rest }: SiteSectionProps) {
  const t = useTranslations('groups');
  const { onChangeAll, onEdit, children } = rest;
  const [isOpen, setIsOpen] = useState(isOpenAtFirst);
  const name = group?.name ?? t('none');
  return (
    <section aria-label={name} className="grid gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="mr-auto min-w-0 text-lg">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-md pr-3 text-left hover:bg-sunken"
          >
            <ChevronRight
              aria-hidden="true"
              className={`size-5 shrink-0 text-ink-soft transition-transform ${isOpen ? 'rotate-90' : ''}`}
            />
            <MapPin aria-hidden="true" className="size-5 shrink-0 text-ink-soft" />
            <span className="wrap-anywhere">{name}</span>
            <span className="text-sm font-normal whitespace-nowrap text-ink-soft">
              {t('count', { count: rows.length })}
            </span>
          </button>
        </h2>
        {problems ? (
          <Badge tone="bad" icon={<CircleAlert aria-hidden="true" className="size-4" />}>
            {t('problems', { count: problems })}
          </Badge>
        ) : null}
        <div className="flex items-center gap-1">
          {onChangeAll && rows.length ? (
            <Button tone="secondary" size="sm" onClick={onChangeAll}>
              {t('changeAll')}
              <span className="sr-only">{name}</span>
            </Button>
          ) : null}
          {onEdit ? (
            <Button tone="quiet" size="sm" onClick={onEdit} aria-label={t('edit', { name })}>
              <Pencil aria-hidden="true" className="size-4.5" />
            </Button>
          ) : null}
        </div>
      </div>
      {isOpen ? rows.length ? children : <p className="pl-7 text-ink-soft">{t('empty')}</p> : null}
    </section>
  );
}
