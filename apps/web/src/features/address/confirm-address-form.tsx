'use client';
import { Button, Card, Field, Notice } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, MailCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { problemCode } from '../../api/problem.ts';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { LinkMissing } from '../session/link-missing.tsx';
import { PasswordInput } from '../session/password-input.tsx';
import { useLinkToken } from '../session/use-link-token.ts';
import { confirmAddress } from './address-requests.ts';

/** Where the mail to a new address leads. The link alone does nothing: the address may be a stranger's by a mistyped letter. */
export function ConfirmAddressForm() {
  const t = useTranslations('address');
  const session = useTranslations('session');
  const client = useQueryClient();
  const token = useLinkToken();
  const [password, setPassword] = useState('');
  const { mutate, error, isPending, data } = useMutation({
    mutationFn: confirmAddress,
    onSuccess: () => client.clear(),
  });
  if (token === null) return <LinkMissing />;
  if (data)
    return (
      <Notice
        tone="ok"
        icon={<MailCheck aria-hidden="true" className="size-5" />}
        title={<span className="wrap-anywhere">{t('doneTitle', { email: data.email })}</span>}
        action={<Link href="/">{session('toHome')}</Link>}
      >
        {t('doneText')}
      </Notice>
    );
  function submit(event: FormEvent) {
    event.preventDefault();
    if (token && password) mutate({ token, password });
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('confirmTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('confirmLead')}</p>
      <form noValidate className="grid gap-5" onSubmit={submit}>
        <Field label={session('password')} isRequired>
          <PasswordInput
            autoComplete="current-password"
            name="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        {error && problemCode(error) === 'auth.password_differs' ? (
          <Notice tone="bad" isAlert icon={<CircleAlert aria-hidden="true" className="size-5" />}>
            {session('passwordWrong')}
          </Notice>
        ) : (
          <AuthErrorNotice error={error} />
        )}
        <Button type="submit" isBusy={isPending} disabled={!password}>
          {t('confirmButton')}
        </Button>
      </form>
    </Card>
  );
}
