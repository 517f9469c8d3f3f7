'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Button, Modal, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { BreakableAddress } from './breakable-address.tsx';
import { useDisconnectMailbox } from './queries.ts';

interface DisconnectDialogProps {
  mailbox: Mailbox;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

export function DisconnectDialog({ mailbox, isOpen, onOpenChange }: DisconnectDialogProps) {
  const t = useTranslations('mailboxes');
  const common = useTranslations('common');
  const showToast = useToast();
  const { mutate, isPending, error } = useDisconnectMailbox();
  const disconnect = () =>
    mutate(mailbox.id, {
      onSuccess: () => {
        onOpenChange(false);
        showToast('ok', t('disconnected', { address: mailbox.address }));
      },
    });
  return (
    <Modal
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title={t.rich('disconnectTitle', { address: () => <BreakableAddress address={mailbox.address} /> })}
      description={t('disconnectText', { count: mailbox.deviceCount })}
      closeLabel={common('close')}
      actions={
        <>
          <Button tone="secondary" onClick={() => onOpenChange(false)}>
            {common('cancel')}
          </Button>
          <Button tone="danger" isBusy={isPending} onClick={disconnect}>
            {t('disconnectConfirm')}
          </Button>
        </>
      }
    >
      <ProblemNotice error={error} />
    </Modal>
  );
}
