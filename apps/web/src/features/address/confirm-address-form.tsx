'use client';
import { Button, Card, Field, Form, Notice } from '@hikyaku/ui';
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
  const form = useTranslations('form');
  const client = useQueryClient();
  const token = useLinkToken();
  const [isMissing, setIsMissing] = useState(false);
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
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // Read from the field: it may be filled before React is there to hear of it.
    const password = String(new FormData(event.currentTarget).get('password') ?? '');
    setIsMissing(!password);
    if (token && password) mutate({ token, password });
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('confirmTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('confirmLead')}</p>
      <Form className="grid gap-5" onSubmit={submit}>
        <Field label={session('password')} error={isMissing ? form('required') : undefined} isRequired>
          <PasswordInput autoComplete="current-password" name="password" />
        </Field>
        {error && problemCode(error) === 'auth.password_differs' ? (
          <Notice tone="bad" isAlert icon={<CircleAlert aria-hidden="true" className="size-5" />}>
            {session('passwordWrong')}
          </Notice>
        ) : (
          <AuthErrorNotice error={error} />
        )}
        <Button type="submit" isBusy={isPending}>
          {t('confirmButton')}
        </Button>
      </Form>
    </Card>
  );
}
