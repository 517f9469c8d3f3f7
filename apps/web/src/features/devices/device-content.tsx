'use client';
import type { AlertChannel, ContentMode, Device } from '@hikyaku/contracts';
import { Button, Card, Field, Notice, Select, SkeletonRows, useToast } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useChannels } from '../alerts/queries.ts';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useContentChannel } from './queries.ts';

/** Where a device's pictures go beside mail, or instead of it: chosen with a button of its own, below what that means. */
export function DeviceContent({ device }: { device: Device }) {
  const t = useTranslations('content');
  const common = useTranslations('common');
  const { data, error, refetch } = useChannels();
  const channels = data?.items.filter(({ content }) => content !== null);
  return (
    <Card>
      <div className="grid gap-4">
        <div className="grid gap-1">
          <h2 className="text-lg">{t('title')}</h2>
          <p className="text-sm text-ink-soft">{t('lead')}</p>
        </div>
        {error && !data ? <LoadFailed error={error} onRetry={refetch} /> : null}
        {!(data || error) ? <SkeletonRows label={common('loading')} /> : null}
        {channels?.length === 0 ? (
          <p>
            <Link href="/alerts">{t('noneThere')}</Link>
          </p>
        ) : null}
        {channels?.length ? <ContentForm device={device} channels={channels} /> : null}
      </div>
    </Card>
  );
}

function ContentForm({ device, channels }: { device: Device; channels: AlertChannel[] }) {
  const t = useTranslations('content');
  const common = useTranslations('common');
  const showToast = useToast();
  const { mutate, error, isPending } = useContentChannel(device.id);
  const kept = device.contentChannel;
  const [channelId, setChannelId] = useState(kept?.channelId ?? '');
  const [mode, setMode] = useState<ContentMode>(kept?.mode ?? 'beside');
  const channel = channels.find(({ id }) => id === channelId);
  const isAsKept = channelId === (kept?.channelId ?? '') && (channelId === '' || mode === kept?.mode);
  const save = (): void =>
    mutate(channelId === '' ? { channelId: null, mode: 'beside' } : { channelId, mode }, {
      onSuccess: () => showToast('ok', common('saved')),
    });
  return (
    <>
      <Field label={t('channel')}>
        <Select value={channelId} disabled={isPending} onChange={({ target }) => setChannelId(target.value)}>
          <option value="">{t('none')}</option>
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {channel ? (
        <>
          <Field label={t('mode')}>
            <Select
              value={mode}
              disabled={isPending}
              onChange={({ target }) => setMode(target.value === 'instead' ? 'instead' : 'beside')}
            >
              <option value="beside">{t('beside')}</option>
              <option value="instead">{t('instead')}</option>
            </Select>
          </Field>
          <Notice tone="warn" title={t('meaning')}>
            <p>{t('meaningText')}</p>
            {channel.content === 'subject' ? (
              <p>{channel.kind === 'line' ? t('subjectOnlyLine') : t('subjectOnlySlack')}</p>
            ) : null}
            {channel.kind === 'mqtt' ? (
              <p>
                {t('mqttTopics')} <code className="break-all">{`…/${device.id}/picture`}</code>
              </p>
            ) : null}
            {mode === 'instead' ? <p>{t('insteadText')}</p> : null}
          </Notice>
        </>
      ) : null}
      <ProblemNotice error={error} />
      <Button isBusy={isPending} disabled={isAsKept} className="justify-self-start max-sm:w-full" onClick={save}>
        {channelId === '' && kept ? t('stop') : t('save')}
      </Button>
    </>
  );
}
