'use client';
import { classNames } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useIsLive } from '../../api/live.tsx';

/** Whether the page hears of new mail at once. */
export function LiveDot() {
  const t = useTranslations('shell');
  const isLive = useIsLive();
  return (
    <span
      title={t('liveHint')}
      className={classNames(
        'inline-flex items-center gap-2 text-sm font-semibold',
        isLive ? 'text-ok' : 'text-ink-faint',
      )}
    >
      <span
        aria-hidden="true"
        className={classNames(
          'size-2.5 rounded-full bg-current',
          isLive && 'animate-[hikyaku-pulse_2s_ease-in-out_infinite]',
        )}
      />
      {isLive ? t('liveOn') : t('liveOff')}
    </span>
  );
}
