'use client';
import type { Device } from '@hikyaku/contracts';
import { Button, Card, Modal, useToast } from '@hikyaku/ui';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useDeleteDevice, useUpdateDevice } from './queries.ts';

export function DeviceDanger({ device }: { device: Device }) {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const router = useRouter();
  const showToast = useToast();
  const [isAsking, setIsAsking] = useState(false);
  const update = useUpdateDevice(device.id);
  const remove = useDeleteDevice(device.id);
  const { name, isDisabled } = device;

  const toggle = () =>
    update.mutate(
      { isDisabled: !isDisabled },
      { onSuccess: () => showToast('ok', isDisabled ? t('switchedOn', { name }) : t('switchedOff', { name })) },
    );
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        showToast('ok', t('deleted', { name }));
        router.replace('/devices');
      },
    });

  return (
    <Card title={t('dangerTitle')}>
      <div className="grid gap-4">
        <ProblemNotice error={update.error} />
        <div className="grid gap-3 sm:flex sm:flex-wrap">
          <Button tone="secondary" isBusy={update.isPending} onClick={toggle}>
            {isDisabled ? t('switchOn') : t('switchOff')}
          </Button>
          <Button tone="secondary" className="text-bad!" onClick={() => setIsAsking(true)}>
            {t('delete')}
          </Button>
        </div>
      </div>
      <Modal
        isOpen={isAsking}
        onOpenChange={setIsAsking}
        title={t('deleteTitle', { name })}
        description={t('deleteText')}
        closeLabel={common('close')}
        actions={
          <>
            <Button tone="secondary" onClick={() => setIsAsking(false)}>
              {common('cancel')}
            </Button>
            <Button tone="danger" isBusy={remove.isPending} onClick={confirm}>
              {t('deleteConfirm')}
            </Button>
          </>
        }
      >
        <ProblemNotice error={remove.error} />
      </Modal>
    </Card>
  );
}
