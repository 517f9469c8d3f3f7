'use client';
import { Form } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { CurrentPassword } from './current-password.tsx';
import { StepButtons } from './step-buttons.tsx';

interface PasswordStepProps {
  hint: string | undefined;
  submitLabel: string;
  /** @throws ApiProblem for a wrong one */
  onPassword: (password: string) => Promise<void>;
  onCancel: () => void;
}

/** Asks once more for the password of whoever is signed in: a page left open changes nothing about signing in. */
export function PasswordStep({ hint, submitLabel, onPassword, onCancel }: PasswordStepProps) {
  const t = useTranslations('secondStep');
  const [password, setPassword] = useState('');
  const { mutate, error, isPending } = useMutation({ mutationFn: onPassword });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (password) mutate(password);
  }
  return (
    <Form className="grid gap-4" onSubmit={submit}>
      <CurrentPassword label={t('password')} hint={hint} value={password} onChange={setPassword} />
      <AuthErrorNotice error={error} />
      <StepButtons submitLabel={submitLabel} isBusy={isPending} isReady={Boolean(password)} onCancel={onCancel} />
    </Form>
  );
}
