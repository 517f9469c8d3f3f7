'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Button, buttonClass, Card, EmptyState, Form, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { Mail } from 'lucide-react';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { useRules } from '../../forms/use-rules.ts';
import { mailboxForNew } from '../mailboxes/mailbox-for-new.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { BackToDevices } from './back-to-devices.tsx';
import { DeviceFields } from './device-fields.tsx';
import { type DeviceValues, NEW_DEVICE, toBody } from './device-values.ts';
import { keepIssued } from './issued-credentials.ts';
import { useCreateDevice } from './queries.ts';

const loadRules = () => import('./device-rules.ts').then(({ createRules }) => createRules);

/** The form; after it the settings card has an address of its own, and the way back does not lead to a second device. */
export function NewDevicePage() {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const { data, error, refetch } = useMailboxes();
  const canEdit = useCanEdit();
  const create = useCreateDevice();

  return (
    <>
      <PageHeader back={<BackToDevices />} title={t('newTitle')} lead={t('newLead')} />
      {!canEdit ? <p className="text-ink-soft">{common('viewerHint')}</p> : null}
      {canEdit && !data && error ? <LoadFailed error={error} onRetry={refetch} /> : null}
      {canEdit && !data && !error ? <SkeletonRows label={common('loading')} /> : null}
      {canEdit && data ? (
        data.items.length ? (
          <NewDeviceForm mailboxes={data.items} create={create} />
        ) : (
          <EmptyState
            icon={<Mail aria-hidden="true" className="size-6" />}
            title={t('connectMailbox')}
            action={
              <Link href="/mailboxes" className={buttonClass()}>
                {t('connectMailbox')}
              </Link>
            }
          >
            {t('emptyNeedsMailbox')}
          </EmptyState>
        )
      ) : null}
    </>
  );
}

interface NewDeviceFormProps {
  mailboxes: readonly Mailbox[];
  create: ReturnType<typeof useCreateDevice>;
}

function NewDeviceForm({ mailboxes, create }: NewDeviceFormProps) {
  const t = useTranslations('devices');
  const router = useRouter();
  const wanted = useSearchParams().get('mailboxId');
  const first = mailboxForNew(mailboxes, wanted);
  const form = useForm<DeviceValues>({
    resolver: useRules(loadRules),
    defaultValues: { ...NEW_DEVICE, mailboxId: first?.id ?? '' },
  });
  const issue = (values: DeviceValues) =>
    create.mutate(
      { body: toBody(values), group: values.group },
      {
        onSuccess: ({ device, credential }) => {
          keepIssued(device.id, credential);
          router.replace(`/devices/${device.id}/setup`);
        },
      },
    );
  return (
    <Card className="max-w-2xl">
      <Form className="grid gap-6" onSubmit={form.handleSubmit(issue)}>
        <DeviceFields form={form} mailboxes={mailboxes} />
        <ProblemNotice error={create.error} />
        <Button type="submit" isBusy={form.formState.isSubmitting || create.isPending || create.isSuccess}>
          {t('create')}
        </Button>
      </Form>
    </Card>
  );
}
