'use client';
import { classNames } from '@hikyaku/ui';
import { CircleAlert, CircleCheck, Hourglass } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import type { Verdict } from './verdict.ts';

const LOOKS = {
  ok: { look: 'border-ok/40 bg-ok-soft', icon: 'text-ok', Icon: CircleCheck },
  warn: { look: 'border-warn/40 bg-warn-soft', icon: 'text-warn', Icon: Hourglass },
  bad: { look: 'border-bad/40 bg-bad-soft', icon: 'text-bad', Icon: CircleAlert },
} as const;

/** How it stands, large enough to be read in passing. */
export function VerdictCard({ verdict }: { verdict: Verdict }) {
  const t = useTranslations('overview');
  const format = useFormatter();
  const dates = useDates();
  const { look, icon, Icon } = LOOKS[verdict.tone];
  const values = {
    count: verdict.count,
    number: format.number(verdict.count),
    address: 'address' in verdict ? verdict.address : '',
    until: 'until' in verdict && verdict.until ? dates.clock(verdict.until) : '',
  };
  return (
    <p
      role="status"
      className={classNames('flex items-start gap-3 rounded-lg border p-5 text-lg font-semibold sm:text-xl', look)}
    >
      <Icon aria-hidden="true" className={classNames('mt-0.5 size-6 shrink-0', icon)} />
      <span className="min-w-0">{t(verdict.key, values)}</span>
    </p>
  );
}
