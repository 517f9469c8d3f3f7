'use client';
import { Button, Field, Form, Input, Notice, useToast } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { MailCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { plainText } from '../../forms/plain-text.ts';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { looksLikeAddress } from '../session/looks-like-address.ts';
import { useMe } from '../session/me-context.tsx';
import { useInstance } from '../session/queries.ts';
import { CurrentPassword } from '../settings/current-password.tsx';
import { StepButtons } from '../settings/step-buttons.tsx';
import { changeAddress } from './address-requests.ts';

/** Another address to sign in by: the wish, with the present password, and what is to be done for it then. */
export function ChangeAddress({ onClose }: { onClose: () => void }) {
  const t = useTranslations('address');
  const form = useTranslations('form');
  const settings = useTranslations('settings');
  const common = useTranslations('common');
  const { user } = useMe();
  const { data: instance } = useInstance();
  const client = useQueryClient();
  const showToast = useToast();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState<string>();
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: changeAddress,
    onSuccess: async ({ isChanged }) => {
      if (!isChanged) return;
      // The name that the whole frame shows is another, and other browsers are signed out.
      await client.invalidateQueries();
      showToast('ok', t('changed', { email }));
      onClose();
    },
  });
  if (isSuccess)
    return (
      <div className="grid justify-items-start gap-4">
        <Notice tone="ok" icon={<MailCheck aria-hidden="true" className="size-5" />} title={t('asked', { email })}>
          {t('askedText')}
        </Notice>
        <Button tone="secondary" onClick={onClose}>
          {common('close')}
        </Button>
      </div>
    );
  function submit(event: FormEvent) {
    event.preventDefault();
    const typed = plainText(email);
    const isSame = typed.toLowerCase() === user.email.toLowerCase();
    const found = isSame ? t('same') : looksLikeAddress(typed) ? undefined : form('email');
    setEmail(typed);
    setWrong(found);
    if (!found && password) mutate({ email: typed, password });
  }
  return (
    <Form className="grid gap-4" onSubmit={submit}>
      <CurrentPassword label={settings('passwordCurrent')} value={password} onChange={setPassword} />
      <Field label={t('email')} hint={t('emailHint')} error={wrong}>
        <Input
          type="email"
          inputMode="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <p className="text-sm text-ink-soft">{t(instance?.sendsMail === false ? 'textAtOnce' : 'textByMail')}</p>
      <AuthErrorNotice error={error} />
      <StepButtons
        submitLabel={t('change')}
        isBusy={isPending}
        isReady={Boolean(email && password)}
        onCancel={onClose}
      />
    </Form>
  );
}
