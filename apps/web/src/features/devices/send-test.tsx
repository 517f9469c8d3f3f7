'use client';
import type { Device } from '@hikyaku/contracts';
import { Button, Field, Input, Modal, useToast } from '@hikyaku/ui';
import { Send } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { useMe } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { splitAddresses } from './device-values.ts';
import { useSendTestMail } from './queries.ts';

/** A test mail from the dashboard: proves mailbox and recipients, not the device's own settings. */
export function SendTest({ device }: { device: Device }) {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const showToast = useToast();
  const { user } = useMe();
  const known = device.recipientsMode === 'device' ? device.learntRecipients : device.recipients;
  const [isOpen, setIsOpen] = useState(false);
  const [to, setTo] = useState(known.length ? known.join(', ') : user.email);
  const { mutate, error, isPending } = useSendTestMail(device.id);

  function submit(event: FormEvent) {
    event.preventDefault();
    mutate(
      { recipients: splitAddresses(to) },
      {
        onSuccess: () => {
          setIsOpen(false);
          showToast('ok', t('sendTestDone'));
        },
      },
    );
  }

  return (
    <>
      <Button tone="secondary" onClick={() => setIsOpen(true)}>
        <Send aria-hidden="true" className="size-5" />
        {t('sendTest')}
      </Button>
      <Modal
        isOpen={isOpen}
        onOpenChange={setIsOpen}
        title={t('sendTestTitle')}
        description={t('sendTestText')}
        closeLabel={common('close')}
      >
        <form noValidate className="grid gap-4" onSubmit={submit}>
          <Field label={t('sendTestTo')}>
            <Input
              value={to}
              onChange={(event) => setTo(event.target.value)}
              disabled={device.recipientsMode !== 'device'}
              inputMode="email"
              autoCapitalize="off"
            />
          </Field>
          <ProblemNotice error={error} />
          <Button type="submit" isBusy={isPending}>
            {t('sendTestConfirm')}
          </Button>
        </form>
      </Modal>
    </>
  );
}
