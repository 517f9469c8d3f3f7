'use client';
import { Field, Form, Input, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { browserName } from '../settings/browser-name.ts';
import { CurrentPassword } from '../settings/current-password.tsx';
import { StepButtons } from '../settings/step-buttons.tsx';
import { useAddPasskey } from './queries.ts';

/** As long as the api takes. */
const NAME_MAX = 60;

/** What the passkey is called, and the password; then the browser asks for a finger, a face or a PIN. */
export function AddPasskey({ onClose }: { onClose: () => void }) {
  const t = useTranslations('passkeys');
  const showToast = useToast();
  const [name, setName] = useState(() => browserName(navigator.userAgent) ?? '');
  const [password, setPassword] = useState('');
  const { mutate, error, isPending } = useAddPasskey();
  const isReady = Boolean(name.trim() && password);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!isReady) return;
    const added = () => {
      showToast('ok', t('added'));
      onClose();
    };
    mutate({ name: name.trim(), password }, { onSuccess: added });
  }
  return (
    <Form className="grid gap-4" onSubmit={submit}>
      <Field label={t('name')} hint={t('nameHint')}>
        <Input value={name} onChange={(event) => setName(event.target.value)} maxLength={NAME_MAX} autoComplete="off" />
      </Field>
      <CurrentPassword label={t('password')} hint={t('passwordHint')} value={password} onChange={setPassword} />
      <AuthErrorNotice error={error} />
      <StepButtons submitLabel={t('addConfirm')} isBusy={isPending} isReady={isReady} onCancel={onClose} />
    </Form>
  );
}
