'use client';
import type { Device, Mailbox } from '@hikyaku/contracts';
import { Button, buttonClass, Field, Form, Input, Modal, Notice, useToast } from '@hikyaku/ui';
import { Send, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { problemCode } from '../../api/problem.ts';
import { useMe } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { hasAddressList, splitAddresses } from './device-values.ts';
import { useSendTestMail } from './queries.ts';

/** A test mail from the dashboard: proves mailbox and recipients, not the device's own settings. */
export function SendTest({ device, mailbox }: { device: Device; mailbox: Mailbox | undefined }) {
  const t = useTranslations('devices');
  const common = useTranslations('common');
  const form = useTranslations('form');
  const showToast = useToast();
  const { user } = useMe();
  // To oneself: those whom the device alerts should not be woken by a test.
  const own = hasAddressList(device.recipientsMode) ? device.recipients : [];
  const [isOpen, setIsOpen] = useState(false);
  const [to, setTo] = useState(own.length ? own.join(', ') : user.email);
  const { mutate, error, isPending } = useSendTestMail(device.id);

  // Nothing else of it can be invalid.
  const isWrongAddress = error !== null && problemCode(error) === 'api.invalid';

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
        {mailbox && mailbox.state !== 'active' ? (
          <Notice
            tone="warn"
            icon={<TriangleAlert aria-hidden="true" className="size-5" />}
            title={t('sendTestHeldTitle')}
            action={
              <Link href="/mailboxes" className={buttonClass()}>
                {t('sendTestHeldAction')}
              </Link>
            }
          >
            {t('sendTestHeldText', { address: mailbox.address })}
          </Notice>
        ) : (
          <Form className="grid gap-4" onSubmit={submit}>
            <Field label={t('sendTestTo')} error={isWrongAddress ? form('email') : undefined}>
              <Input
                value={to}
                onChange={(event) => setTo(event.target.value)}
                disabled={hasAddressList(device.recipientsMode)}
                inputMode="email"
                autoCapitalize="off"
              />
            </Field>
            {isWrongAddress ? null : <ProblemNotice error={error} />}
            <Button type="submit" isBusy={isPending}>
              {t('sendTestConfirm')}
            </Button>
          </Form>
        )}
      </Modal>
    </>
  );
}
