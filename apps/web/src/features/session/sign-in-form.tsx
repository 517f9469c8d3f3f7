'use client';
import { Button, Card, Field, Input } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { type SignInValues, signIn } from './auth-requests.ts';
import { PasswordInput } from './password-input.tsx';
import { safeReturnPath } from './return-path.ts';
import { useLeaveIfSignedIn } from './use-leave-if-signed-in.ts';

const CodeStep = dynamic(() => import('./code-step.tsx').then((module) => module.CodeStep));
const loadRules = () => import('./auth-rules.ts').then(({ signInRules }) => signInRules);

export function SignInForm() {
  const t = useTranslations('session');
  const fieldError = useFieldError();
  const router = useRouter();
  const search = useSearchParams();
  const client = useQueryClient();
  useLeaveIfSignedIn();
  const { register, handleSubmit, formState, resetField } = useForm<SignInValues>({
    resolver: useRules(loadRules),
    defaultValues: { email: '', password: '' },
  });
  const { mutate, data, error, isPending, isSuccess, reset } = useMutation({
    mutationFn: signIn,
    onSuccess: ({ twoFactorRedirect }) => {
      if (!twoFactorRedirect) goOn();
    },
  });
  function goOn() {
    client.clear();
    router.replace(safeReturnPath(search.get('next')));
  }

  if (data?.twoFactorRedirect) {
    return (
      <Card>
        <CodeStep
          onDone={goOn}
          onBack={() => {
            resetField('password');
            reset();
          }}
        />
      </Card>
    );
  }

  return (
    <Card>
      <h1 className="text-2xl">{t('signInTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('signInLead')}</p>
      <form noValidate className="grid gap-5" onSubmit={handleSubmit((values) => mutate(values))}>
        <Field label={t('email')} error={fieldError(formState.errors.email)} isRequired>
          <Input type="email" autoComplete="username" inputMode="email" {...register('email')} />
        </Field>
        <Field label={t('password')} error={fieldError(formState.errors.password)} isRequired>
          <PasswordInput autoComplete="current-password" {...register('password')} />
        </Field>
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={isPending || isSuccess}>
          {t('signInButton')}
        </Button>
        <p>
          <Link href="/forgot-password">{t('forgotLink')}</Link>
        </p>
      </form>
      <p className="mt-6">{t.rich('toSignUp', { link: (text) => <Link href="/sign-up">{text}</Link> })}</p>
    </Card>
  );
}
