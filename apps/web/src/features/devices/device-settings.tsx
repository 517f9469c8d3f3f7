'use client';
import type { Device, DeviceGroup, Mailbox } from '@hikyaku/contracts';
import { Button, Card, Form, useToast } from '@hikyaku/ui';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useRules } from '../../forms/use-rules.ts';
import { whenIdle } from '../../forms/when-idle.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { DeviceFields } from './device-fields.tsx';
import { type DeviceValues, toBody, toValues } from './device-values.ts';
import { useSaveDevice } from './queries.ts';

// Below what a screen shows at first: fetched when the form above stands and the page rests.
const DeviceStorms = dynamic(() => import('./device-storms.tsx').then((module) => module.DeviceStorms));
const DeviceContent = dynamic(() => import('./device-content.tsx').then((module) => module.DeviceContent));
const DeviceDanger = dynamic(() => import('./device-danger.tsx').then((module) => module.DeviceDanger));

const loadRules = () => import('./device-rules.ts').then(({ updateRules }) => updateRules);

interface DeviceSettingsProps {
  device: Device;
  mailboxes: readonly Mailbox[];
  groups: readonly DeviceGroup[];
}

export function DeviceSettings({ device, mailboxes, groups }: DeviceSettingsProps) {
  const common = useTranslations('common');
  const showToast = useToast();
  const canEdit = useCanEdit();
  const [isResting, setIsResting] = useState(false);
  useEffect(() => whenIdle(() => setIsResting(true)), []);
  const { mutate, error, isPending } = useSaveDevice(device.id);
  const siteOf = ({ groupId }: Device) => groups.find(({ id }) => id === groupId)?.name ?? '';
  const form = useForm<DeviceValues>({
    resolver: useRules(loadRules),
    values: toValues(device, siteOf(device)),
    resetOptions: { keepDirtyValues: true },
  });
  const save = (values: DeviceValues) =>
    mutate(
      { body: toBody(values), group: values.group },
      {
        onSuccess: (saved) => {
          form.reset(toValues(saved, values.group.trim()));
          showToast('ok', common('saved'));
        },
      },
    );

  if (!canEdit) return <p className="text-ink-soft">{common('viewerHint')}</p>;
  return (
    <div className="grid max-w-2xl gap-6">
      <Card>
        <Form className="grid gap-6" onSubmit={form.handleSubmit(save)}>
          <DeviceFields form={form} mailboxes={mailboxes} />
          <ProblemNotice error={error} />
          <Button
            type="submit"
            isBusy={form.formState.isSubmitting || isPending}
            disabled={!form.formState.isDirty}
            className="justify-self-start max-sm:w-full"
          >
            {common('save')}
          </Button>
        </Form>
      </Card>
      {isResting ? (
        <>
          <DeviceStorms device={device} />
          <DeviceContent device={device} />
          <DeviceDanger device={device} />
        </>
      ) : null}
    </div>
  );
}
