'use client';
import type { AlertChannel, ChannelQuietHours } from '@hikyaku/contracts';
import { SwitchField, TimeSpanFields } from '@hikyaku/ui';
import { useTimeZone, useTranslations } from 'next-intl';
import { useWanted } from '../../api/use-wanted.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useChangeChannel } from './queries.ts';

/** A night as most people have one. */
const NIGHT = { start: '22:00', end: '07:00', exceptLost: true };

/** Hours in which a channel is silent. Each change is kept at once. */
export function QuietHoursField({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('alerts');
  const saving = useChangeChannel(channel.id);
  const { shown, change } = useWanted<Pick<AlertChannel, 'quietHours'>>(channel, saving);
  const hours = shown.quietHours;
  const night: ChannelQuietHours = { ...NIGHT, timeZone: useTimeZone() ?? 'UTC' };
  const changePart = (part: Partial<ChannelQuietHours>): void =>
    change(({ quietHours }) => ({ quietHours: { ...(quietHours ?? night), ...part } }));
  return (
    <div className="grid gap-3">
      <SwitchField
        label={t('quiet.label')}
        hint={t('quiet.hint')}
        isChecked={hours !== null}
        onChange={(isOn) => change(() => ({ quietHours: isOn ? night : null }))}
      />
      {hours ? (
        <>
          <TimeSpanFields span={hours} startLabel={t('quiet.start')} endLabel={t('quiet.end')} onChange={changePart} />
          <p className="text-sm text-ink-soft">{t('quiet.zone', { zone: hours.timeZone })}</p>
          <SwitchField
            label={t('quiet.exceptLost')}
            isChecked={hours.exceptLost}
            onChange={(exceptLost) => changePart({ exceptLost })}
          />
        </>
      ) : null}
      <ProblemNotice error={saving.error} />
    </div>
  );
}
