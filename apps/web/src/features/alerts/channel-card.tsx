'use client';
import type { AlertChannel } from '@hikyaku/contracts';
import { Badge, Button, Card, CopyField, Modal, Notice, useToast } from '@hikyaku/ui';
import { Check, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { ChannelRecord } from './channel-record.tsx';
import { isOver, useNewSecret, useRemoveChannel, useTelling, useTestChannel } from './queries.ts';
import { QuietHoursField } from './quiet-hours-field.tsx';
import { useFailureText } from './use-failure-text.ts';

/** One way by which its owner is told: whether it works, and a test of it. */
export function ChannelCard({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('alerts');
  const dates = useDates();
  const canEdit = useCanEdit();
  const { failure, failingSince, lastSentAt } = channel;
  const failureText = useFailureText(channel);
  return (
    <Card
      level={3}
      title={channel.name}
      action={
        failure ? (
          <Badge tone="bad" icon={<TriangleAlert aria-hidden="true" className="size-4" />}>
            {t('fails')}
          </Badge>
        ) : lastSentAt ? (
          <Badge tone="ok" icon={<Check aria-hidden="true" className="size-4" />}>
            {t('works')}
          </Badge>
        ) : (
          <Badge>{t('untried')}</Badge>
        )
      }
    >
      <div className="grid gap-4">
        <p className="break-words text-ink-soft">
          {t(`kind.${channel.kind}`)} · {channel.target}
          {lastSentAt ? ` · ${t('lastSent', { at: dates.short(lastSentAt) })}` : ''}
        </p>
        {failure && failingSince ? (
          <Notice
            tone="bad"
            icon={<TriangleAlert aria-hidden="true" className="size-5" />}
            title={t('failsSince', { at: dates.short(failingSince) })}
          >
            {failureText(failure)}
          </Notice>
        ) : null}
        {canEdit ? <QuietHoursField channel={channel} /> : null}
        {canEdit ? <ChannelActions channel={channel} /> : null}
        <ChannelRecord channel={channel} />
      </div>
    </Card>
  );
}

function ChannelActions({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('alerts');
  const test = useTestChannel(channel.id);
  const telling = useTelling(channel.id, test.data?.id);
  const newSecret = useNewSecret(channel.id);
  const isRunning = test.isPending || (test.data !== undefined && !(telling.data && isOver(telling.data)));
  return (
    <>
      <div className="flex flex-wrap gap-3">
        <Button tone="secondary" size="sm" isBusy={isRunning} onClick={() => test.mutate()}>
          {t('test')}
        </Button>
        {channel.kind === 'webhook' ? (
          <Button tone="quiet" size="sm" isBusy={newSecret.isPending} onClick={() => newSecret.mutate()}>
            {t('newSecret')}
          </Button>
        ) : null}
        <RemoveButton channel={channel} />
      </div>
      <div role="status">
        {isRunning ? <p className="text-ink-soft">{t('testRunning')}</p> : null}
        {!isRunning && telling.data?.state === 'told' ? <p className="font-semibold text-ok">{t('testTold')}</p> : null}
      </div>
      <ProblemNotice error={test.error ?? newSecret.error} />
      {newSecret.data ? <WebhookSecretField secret={newSecret.data.secret} hint={t('newSecretHint')} /> : null}
    </>
  );
}

/** Shown once, when it was made. */
export function WebhookSecretField({ secret, hint }: { secret: string; hint: string }) {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  return (
    <CopyField
      label={t('secret')}
      value={secret}
      hint={hint}
      copyLabel={common('copy')}
      copiedLabel={common('copied')}
    />
  );
}

function RemoveButton({ channel }: { channel: AlertChannel }) {
  const t = useTranslations('alerts');
  const common = useTranslations('common');
  const showToast = useToast();
  const [isOpen, setIsOpen] = useState(false);
  const { mutate, isPending, error } = useRemoveChannel();
  const remove = () => mutate(channel.id, { onSuccess: () => showToast('ok', t('removed', { name: channel.name })) });
  return (
    <>
      <Button tone="quiet" size="sm" onClick={() => setIsOpen(true)}>
        {t('remove')}
      </Button>
      <Modal
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={t('removeTitle', { name: channel.name })}
        description={t('removeText')}
        closeLabel={common('close')}
        actions={
          <>
            <Button tone="secondary" onClick={() => setIsOpen(false)}>
              {common('cancel')}
            </Button>
            <Button tone="danger" isBusy={isPending} onClick={remove}>
              {t('remove')}
            </Button>
          </>
        }
      >
        <ProblemNotice error={error} />
      </Modal>
    </>
  );
}
