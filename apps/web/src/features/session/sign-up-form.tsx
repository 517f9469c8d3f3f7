'use client';
import { Button, Card, Field, Form, Input } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { plainText } from '../../forms/plain-text.ts';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { SignInWith } from '../outside/sign-in-with.tsx';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { type Credentials, signUp } from './auth-requests.ts';
import { CheckMail } from './check-mail.tsx';
import { PasswordAdvice } from './password-advice.tsx';
import { PasswordInput } from './password-input.tsx';
import { useLeaveIfSignedIn } from './use-leave-if-signed-in.ts';

const loadRules = () => import('./auth-rules.ts').then(({ signUpRules }) => signUpRules);

export function SignUpForm() {
  const t = useTranslations('session');
  const fieldError = useFieldError();
  const router = useRouter();
  const client = useQueryClient();
  useLeaveIfSignedIn();
  const { register, handleSubmit, watch, formState } = useForm<Credentials>({
    resolver: useRules(loadRules),
    defaultValues: { email: '', password: '' },
  });
  const { mutate, error, isPending, data, variables } = useMutation({
    mutationFn: signUp,
    onSuccess: ({ token }) => {
      if (!token) return;
      client.clear();
      router.replace('/');
    },
  });

  if (data && !data.token) return <CheckMail email={variables.email} />;
  return (
    <Card>
      <h1 className="text-2xl">{t('signUpTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('signUpLead')}</p>
      <Form className="grid gap-5" onSubmit={handleSubmit((values) => mutate(values))}>
        <Field label={t('email')} hint={t('emailHint')} error={fieldError(formState.errors.email)} isRequired>
          <Input
            type="email"
            autoComplete="username"
            inputMode="email"
            {...register('email', { setValueAs: plainText })}
          />
        </Field>
        <Field label={t('password')} hint={t('passwordHint')} error={fieldError(formState.errors.password)} isRequired>
          <PasswordInput autoComplete="new-password" {...register('password')} />
        </Field>
        <PasswordAdvice password={watch('password')} about={[watch('email')]} />
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={formState.isSubmitting || isPending || Boolean(data?.token)}>
          {t('signUpButton')}
        </Button>
      </Form>
      <SignInWith />
      <p className="mt-6">{t.rich('toSignIn', { link: (text) => <Link href="/sign-in">{text}</Link> })}</p>
    </Card>
  );
}
