'use client';
import type { AlertChannel, ChannelQuietHours } from '@hikyaku/contracts';
import { Field, Input, SwitchField } from '@hikyaku/ui';
import { useTimeZone, useTranslations } from 'next-intl';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useChangeChannel } from './queries.ts';

/** A night as most people have one. */
const NIGHT = { start: '22:00', end: '07:00', exceptLost: true };

/** Hours in which a channel is silent. Each change is kept at once. */
export function QuietHoursField({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('alerts');
  const { mutate, error, isPending } = useChangeChannel(channel.id);
  const hours = channel.quietHours;
  const night: ChannelQuietHours = { ...NIGHT, timeZone: useTimeZone() ?? 'UTC' };
  const change = (part: Partial<ChannelQuietHours>) => mutate({ quietHours: { ...(hours ?? night), ...part } });
  const time = (name: 'start' | 'end') => (
    <Field label={t(`quiet.${name}`)}>
      <Input
        // A new word of the api is a new field: what it shows is what is kept.
        key={hours?.[name]}
        type="time"
        defaultValue={hours?.[name]}
        onBlur={({ target }) => {
          if (target.value && target.value !== hours?.[name]) change({ [name]: target.value });
        }}
      />
    </Field>
  );
  return (
    <div className="grid gap-3">
      <SwitchField
        label={t('quiet.label')}
        hint={t('quiet.hint')}
        isChecked={hours !== null}
        isDisabled={isPending}
        onChange={(isOn) => mutate({ quietHours: isOn ? night : null })}
      />
      {hours ? (
        <>
          <div className="flex flex-wrap gap-4">
            {time('start')}
            {time('end')}
          </div>
          <p className="text-sm text-ink-soft">{t('quiet.zone', { zone: hours.timeZone })}</p>
          <SwitchField
            label={t('quiet.exceptLost')}
            isChecked={hours.exceptLost}
            isDisabled={isPending}
            onChange={(exceptLost) => change({ exceptLost })}
          />
        </>
      ) : null}
      <ProblemNotice error={error} />
    </div>
  );
}
