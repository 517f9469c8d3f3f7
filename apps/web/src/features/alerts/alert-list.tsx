'use client';
import type { Alert } from '@hikyaku/contracts';
import { Badge, Button, Card, SkeletonRows } from '@hikyaku/ui';
import { Check, CircleX, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ItemLink } from '../shell/item-link.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { useAlerts, useSeeAlert } from './queries.ts';

/** What goes on first, then what is over, the newest first. */
export function AlertList() {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  const { data, error, refetch } = useAlerts();
  const sorted = data?.items.toSorted((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null));
  return (
    <Card title={t('listTitle')}>
      {!sorted && error ? <LoadFailed error={error} onRetry={refetch} /> : null}
      {!sorted && !error ? <SkeletonRows count={3} label={common('loading')} /> : null}
      {sorted && !sorted.length ? <p className="text-ink-soft">{t('listEmpty')}</p> : null}
      {sorted?.length ? (
        <ul className="grid divide-y divide-line">
          {sorted.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </ul>
      ) : null}
    </Card>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const t = useTranslations('alerts');
  const dates = useDates();
  const canEdit = useCanEdit();
  const { mutate, isPending } = useSeeAlert();
  const { endedAt, openedAt, seenAt, severity, page } = alert;
  const Icon = endedAt ? Check : severity === 'error' ? CircleX : TriangleAlert;
  const tone = endedAt ? 'ok' : severity === 'error' ? 'bad' : 'warn';
  return (
    <li className="grid gap-1.5 py-4 first:pt-0 last:pb-0">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <Badge tone={tone} icon={<Icon aria-hidden="true" className="size-4" />}>
          {endedAt ? t('isOver') : t('goesOn')}
        </Badge>
        <span className="text-sm text-ink-soft">
          {endedAt
            ? t('fromTo', { from: dates.short(openedAt), to: dates.short(endedAt) })
            : t('since', { from: dates.short(openedAt) })}
        </span>
      </div>
      <ItemLink href={page} className="font-semibold">
        {alert.title}
      </ItemLink>
      {endedAt ? null : <p className="text-ink-soft">{alert.advice}</p>}
      {endedAt || seenAt || !canEdit ? null : (
        <Button
          tone="quiet"
          size="sm"
          isBusy={isPending}
          // Its words stand where the others do.
          className="-ml-3.5 justify-self-start"
          onClick={() => mutate(alert.id)}
        >
          {t('markSeen')}
        </Button>
      )}
    </li>
  );
}
