'use client';
import { Field, Form, useToast } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useMemo, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { changePassword } from '../session/auth-requests.ts';
import { useMe } from '../session/me-context.tsx';
import { PasswordAdvice } from '../session/password-advice.tsx';
import { PasswordInput } from '../session/password-input.tsx';
import { CurrentPassword } from './current-password.tsx';
import { StepButtons } from './step-buttons.tsx';

/** A new password for whoever is signed in; his other browsers are signed out with the old one. */
export function ChangePassword({ onClose }: { onClose: () => void }) {
  const t = useTranslations('settings');
  const session = useTranslations('session');
  const { email, name } = useMe().user;
  const about = useMemo(() => [email, name], [email, name]);
  const client = useQueryClient();
  const showToast = useToast();
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const { mutate, error, isPending } = useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.signIns });
      showToast('ok', t('passwordChanged'));
      onClose();
    },
  });
  const isReady = Boolean(currentPassword && newPassword);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (isReady) mutate({ currentPassword, newPassword });
  }
  return (
    <Form className="grid gap-4" onSubmit={submit}>
      {/* For password managers: whose password it is. */}
      <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
      <CurrentPassword label={t('passwordCurrent')} value={currentPassword} onChange={setCurrent} />
      <Field label={session('newPassword')} hint={session('passwordHint')}>
        <PasswordInput
          autoComplete="new-password"
          value={newPassword}
          onChange={(event) => setNew(event.target.value)}
        />
      </Field>
      <PasswordAdvice password={newPassword} about={about} />
      <p className="text-sm text-ink-soft">{t('passwordChangeText')}</p>
      <AuthErrorNotice error={error} />
      <StepButtons submitLabel={t('passwordChange')} isBusy={isPending} isReady={isReady} onCancel={onClose} />
    </Form>
  );
}
