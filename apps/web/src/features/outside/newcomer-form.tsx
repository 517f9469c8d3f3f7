'use client';
import { Button, Card, Field, Form, Input, Notice } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useForm } from 'react-hook-form';
import { plainText } from '../../forms/plain-text.ts';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import type { Credentials } from '../session/auth-requests.ts';
import { CheckMail } from '../session/check-mail.tsx';
import { PasswordAdvice } from '../session/password-advice.tsx';
import { PasswordInput } from '../session/password-input.tsx';
import { PROVIDER_NAMES } from './provider-names.ts';
import { signUpAsNewcomer, useNewcomer } from './queries.ts';
import { useWayBack } from './use-way-back.ts';

const loadRules = () => import('../session/auth-rules.ts').then(({ signUpRules }) => signUpRules);

const toSignIn = (text: ReactNode) => <Link href="/sign-in">{text}</Link>;

/** The last step of who was brought by a provider: a password of his own, and where nobody answers for it, his address. */
export function NewcomerForm() {
  const t = useTranslations('outside');
  const session = useTranslations('session');
  const fieldError = useFieldError();
  const router = useRouter();
  const client = useQueryClient();
  const { provider: named } = useWayBack();
  const { data: newcomer, error: failed } = useNewcomer();
  const { register, handleSubmit, watch, formState } = useForm<Credentials>({
    resolver: useRules(loadRules),
    values: { email: newcomer?.address ?? '', password: '' },
  });
  const { mutate, error, isPending, data, variables } = useMutation({
    mutationFn: signUpAsNewcomer,
    onSuccess: ({ token }) => {
      if (!token) return;
      client.clear();
      router.replace('/');
    },
  });
  if (data && !data.token) return <CheckMail email={variables.email} />;
  if (failed) return <AuthErrorNotice error={failed} />;
  if (newcomer === undefined) return null;
  const provider = PROVIDER_NAMES[newcomer?.provider ?? named];
  if (newcomer === null && !data)
    return (
      <Notice tone="warn" icon={<CircleAlert aria-hidden="true" className="size-5" />} title={t('newOverTitle')}>
        {t.rich('newOver', { link: toSignIn, provider })}
      </Notice>
    );
  return (
    <Card>
      <h1 className="text-2xl">{t('newTitle')}</h1>
      <div className="mt-4 mb-6 grid gap-3">
        <Notice tone="ok" icon={<CircleCheck aria-hidden="true" className="size-5" />}>
          <span className="wrap-anywhere">
            {newcomer?.address
              ? t('newKnown', { provider, address: newcomer.address })
              : t('newKnownUnnamed', { provider })}
          </span>
        </Notice>
        <p className="text-sm text-ink-soft">{t.rich('newHave', { link: toSignIn, provider })}</p>
      </div>
      <Form className="grid gap-5" onSubmit={handleSubmit((values) => mutate(values))}>
        <Field
          label={session('email')}
          error={fieldError(formState.errors.email)}
          hint={newcomer?.isConfirmed ? t('newAddressFixed', { provider }) : session('emailHint')}
          isRequired
        >
          <Input
            type="email"
            autoComplete="username"
            inputMode="email"
            readOnly={newcomer?.isConfirmed}
            {...register('email', { setValueAs: plainText })}
          />
        </Field>
        <Field
          label={session('password')}
          hint={t('newPasswordHint', { provider })}
          error={fieldError(formState.errors.password)}
          isRequired
        >
          <PasswordInput autoComplete="new-password" {...register('password')} />
        </Field>
        <PasswordAdvice password={watch('password')} about={[watch('email')]} />
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={formState.isSubmitting || isPending || Boolean(data?.token)}>
          {session('signUpButton')}
        </Button>
      </Form>
    </Card>
  );
}
