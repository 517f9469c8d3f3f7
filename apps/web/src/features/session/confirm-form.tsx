'use client';
import { Button, Card, Field, Form, Notice } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { MailCheck } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { confirmSignUp } from './auth-requests.ts';
import { LinkMissing } from './link-missing.tsx';
import { PasswordInput } from './password-input.tsx';
import { useLinkToken } from './use-link-token.ts';

const loadRules = () => import('./auth-rules.ts').then(({ confirmRules }) => confirmRules);

/** Confirms the address of a sign-up. The link alone does nothing: the password shows whose sign-up it is. */
export function ConfirmForm() {
  const t = useTranslations('session');
  const fieldError = useFieldError();
  const router = useRouter();
  const client = useQueryClient();
  const token = useLinkToken();
  const { register, handleSubmit, formState } = useForm<{ password: string }>({
    resolver: useRules(loadRules),
    defaultValues: { password: '' },
  });
  const { mutate, error, isPending, data } = useMutation({
    mutationFn: confirmSignUp,
    onSuccess: ({ isSignedIn }) => {
      if (!isSignedIn) return;
      client.clear();
      router.replace('/');
    },
  });

  if (token === null) return <LinkMissing />;
  if (data && !data.isSignedIn) {
    return (
      <Notice
        tone="ok"
        icon={<MailCheck aria-hidden="true" className="size-5" />}
        title={t('confirmDoneTitle', { email: data.email })}
        action={<Link href="/">{t('toHome')}</Link>}
      >
        {t('confirmDoneText')}
      </Notice>
    );
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('confirmTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('confirmLead')}</p>
      <Form className="grid gap-5" onSubmit={handleSubmit(({ password }) => token && mutate({ token, password }))}>
        <Field label={t('password')} error={fieldError(formState.errors.password)} isRequired>
          <PasswordInput autoComplete="current-password" {...register('password')} />
        </Field>
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={formState.isSubmitting || isPending || data?.isSignedIn === true}>
          {t('confirmButton')}
        </Button>
      </Form>
      <p className="mt-6">{t.rich('backToSignIn', { link: (text) => <Link href="/sign-in">{text}</Link> })}</p>
    </Card>
  );
}
