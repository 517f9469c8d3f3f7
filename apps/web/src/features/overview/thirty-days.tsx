'use client';
import type { Overview } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useFormatter, useTranslations } from 'next-intl';

/** Mail of thirty days as bars; the part that failed stands out. Without a library: it is on the first page. */
export function ThirtyDays({ days }: { days: Overview['days'] }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const most = Math.max(1, ...days.map(({ accepted }) => accepted));
  // Noon in UTC is the same day in the formatter's zone, whichever it is, but for the date line's other side.
  const dayText = (day: string) =>
    format.dateTime(new Date(`${day}T12:00:00Z`), { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const total = days.reduce((sum, { accepted }) => sum + accepted, 0);
  return (
    <Card title={t('daysTitle')}>
      <p className="mb-3 text-sm text-ink-soft">
        {t('daysTotal', { count: total, number: format.number(total), most: format.number(most) })}
      </p>
      <div aria-hidden="true" className="flex h-28 items-end gap-px sm:gap-1">
        {days.map(({ day, accepted, failed }) => (
          <div
            key={day}
            title={`${dayText(day)}: ${format.number(accepted)}`}
            className="flex h-full min-w-0 flex-1 flex-col justify-end"
          >
            <span className="rounded-t-sm bg-bad" style={{ height: `${(100 * failed) / most}%` }} />
            <span className="min-h-px bg-ai" style={{ height: `${(100 * Math.max(0, accepted - failed)) / most}%` }} />
          </div>
        ))}
      </div>
      <div aria-hidden="true" className="mt-1.5 flex justify-between text-xs text-ink-soft">
        <span>{dayText(days[0]?.day ?? '')}</span>
        <span>{t('daysToday')}</span>
      </div>
      <div className="sr-only">
        <table>
          <caption>{t('daysTitle')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('daysDay')}</th>
              <th scope="col">{t('todayAccepted')}</th>
              <th scope="col">{t('daysFailed')}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, accepted, failed }) => (
              <tr key={day}>
                <th scope="row">{dayText(day)}</th>
                <td>{accepted}</td>
                <td>{failed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  );
}
