'use client';
import { Card, classNames } from '@hikyaku/ui';
import { useFormatter, useNow, useTimeZone, useTranslations } from 'next-intl';
import { useMemo } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useSpan } from '../../i18n/use-span.ts';
import { useDeviceHours } from './queries.ts';
import { shadeOf, weekOf } from './week.ts';

const SHADES = ['bg-sunken', 'bg-ai/25', 'bg-ai/50', 'bg-ai/75', 'bg-ai'] as const;
const MARKED_HOURS = [0, 6, 12, 18];

/** When a device writes and when it is silent: seven days by the hour. What is known is said in words; the picture repeats it. */
export function WeekStrip({ deviceId }: { deviceId: string }) {
  const t = useTranslations('week');
  const format = useFormatter();
  const dates = useDates();
  const span = useSpan();
  const zone = useTimeZone();
  const now = useNow();
  const { data } = useDeviceHours(deviceId);
  const week = useMemo(() => data && weekOf(data, now, zone), [data, now, zone]);
  // One hour shows no rhythm. What is not there yet, or cannot be read, is missed by nobody: the list of mails stands below.
  if (!week || (data?.hours.length ?? 0) < 2) return null;
  const dayText = (day: string) =>
    format.dateTime(new Date(`${day}T12:00:00Z`), { day: 'numeric', weekday: 'short', timeZone: 'UTC' });
  const { longestPause } = week;
  return (
    <Card title={t('title')}>
      <p className="mb-3 text-sm text-ink-soft">
        {t('mails', { count: week.mails, number: format.number(week.mails) })}
        {longestPause ? t('pause', { span: span(longestPause.ms), from: dates.clock(longestPause.from) }) : null}
      </p>
      <div aria-hidden="true" className="grid max-w-2xl grid-cols-1 gap-1 text-xs text-ink-soft">
        {week.days.map(({ day, cells }) => (
          <div key={day} className="grid grid-cols-[4rem_minmax(0,1fr)] items-center gap-2">
            <span className="truncate">{dayText(day)}</span>
            <span className="grid grid-cols-[repeat(24,minmax(0,1fr))] gap-px sm:gap-0.5">
              {cells.map((mails, hour) => (
                <span
                  // biome-ignore lint/suspicious/noArrayIndexKey: the hour is what the cell is of
                  key={hour}
                  title={mails === null ? undefined : t('cell', { day: dayText(day), hour, count: mails })}
                  className={classNames(
                    'h-5 rounded-xs',
                    mails === null ? 'border border-line' : SHADES[shadeOf(mails, week.most)],
                  )}
                />
              ))}
            </span>
          </div>
        ))}
        <div className="grid grid-cols-[4rem_minmax(0,1fr)] gap-2">
          <span />
          <span className="grid grid-cols-4 tabular-nums">
            {MARKED_HOURS.map((hour) => (
              <span key={hour}>{t('hour', { hour })}</span>
            ))}
          </span>
        </div>
      </div>
    </Card>
  );
}
