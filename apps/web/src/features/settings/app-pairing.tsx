'use client';
import { CopyField, Field, Form, Input } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { plainText } from '../../forms/plain-text.ts';
import { QrCode } from '../cards/qr-code.tsx';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { confirmSecondStep } from './second-step-requests.ts';
import { StepButtons } from './step-buttons.tsx';

interface AppPairingProps {
  /** `otpauth://…`: with the secret, so it is shown and never kept. */
  uri: string;
  onDone: () => void;
  onCancel: () => void;
}

/** The secret for an authenticator app, to be scanned or typed, and the app's first code, which turns the step on. */
export function AppPairing({ uri, onDone, onCancel }: AppPairingProps) {
  const t = useTranslations('secondStep');
  const session = useTranslations('session');
  const common = useTranslations('common');
  const [code, setCode] = useState('');
  const { mutate, error, isPending } = useMutation({ mutationFn: confirmSecondStep, onSuccess: onDone });
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const typed = plainText(code).replace(/\s/g, '');
  function submit(event: FormEvent) {
    event.preventDefault();
    if (typed) mutate(typed);
  }
  return (
    <Form className="grid gap-5" onSubmit={submit}>
      <p>{t('scan')}</p>
      <div className="grid items-start gap-5 sm:grid-cols-[12rem_minmax(0,1fr)]">
        <QrCode label={t('qr')} text={uri} />
        <div className="grid gap-5">
          <CopyField
            label={t('key')}
            value={secret.replace(/(.{4})(?=.)/g, '$1 ')}
            copyLabel={common('copy')}
            copiedLabel={common('copied')}
          />
          <Field label={session('code')} hint={t('codeHint')}>
            <Input
              value={code}
              onChange={(event) => setCode(event.target.value)}
              autoComplete="one-time-code"
              inputMode="numeric"
              className="font-mono tracking-wide"
            />
          </Field>
        </div>
      </div>
      <AuthErrorNotice error={error} />
      <StepButtons submitLabel={t('confirm')} isBusy={isPending} isReady={Boolean(typed)} onCancel={onCancel} />
    </Form>
  );
}
