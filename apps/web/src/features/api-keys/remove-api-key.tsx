'use client';
import type { ApiKey } from '@hikyaku/contracts';
import { Button, Modal, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useRemoveApiKey } from './queries.ts';

interface RemoveApiKeyProps {
  apiKey: ApiKey;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** Says what stops with a key before it is removed. */
export function RemoveApiKey({ apiKey: { id, name }, isOpen, onOpenChange }: RemoveApiKeyProps) {
  const t = useTranslations('apiKeys');
  const common = useTranslations('common');
  const showToast = useToast();
  const { mutate, isPending, error } = useRemoveApiKey();
  const remove = () => mutate(id, { onSuccess: () => showToast('ok', t('removed', { name })) });
  return (
    <Modal
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={t.rich('removeTitle', { name: () => <bdi className="wrap-anywhere">{name}</bdi> })}
      description={t('removeText')}
      closeLabel={common('close')}
      actions={
        <>
          <Button tone="secondary" onClick={() => onOpenChange(false)}>
            {common('cancel')}
          </Button>
          <Button tone="danger" isBusy={isPending} onClick={remove}>
            {t('removeConfirm')}
          </Button>
        </>
      }
    >
      <ProblemNotice error={error} />
    </Modal>
  );
}
