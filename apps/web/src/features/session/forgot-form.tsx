'use client';
import { Button, Card, Field, Form, Input, Notice } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { CircleAlert, MailCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { plainText } from '../../forms/plain-text.ts';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { requestPasswordReset } from './auth-requests.ts';
import { useInstance } from './queries.ts';

const loadRules = () => import('./auth-rules.ts').then(({ forgotRules }) => forgotRules);

/** Asks for the link of a new password. What it says is the same for every address. */
export function ForgotForm() {
  const t = useTranslations('session');
  const fieldError = useFieldError();
  const { data: instance } = useInstance();
  const { register, handleSubmit, formState } = useForm<{ email: string }>({
    resolver: useRules(loadRules),
    defaultValues: { email: '' },
  });
  const { mutate, error, isPending, isSuccess, variables } = useMutation({ mutationFn: requestPasswordReset });
  const back = (
    <p className="mt-6">{t.rich('backToSignIn', { link: (text) => <Link href="/sign-in">{text}</Link> })}</p>
  );

  if (instance?.sendsMail === false) {
    return (
      <>
        <h1 className="mb-4 text-2xl">{t('forgotTitle')}</h1>
        <Notice tone="warn" icon={<CircleAlert aria-hidden="true" className="size-5" />} title={t('forgotNoMailTitle')}>
          {t('forgotNoMailText')}
        </Notice>
        {back}
      </>
    );
  }
  if (isSuccess) {
    return (
      <>
        <Notice tone="ok" icon={<MailCheck aria-hidden="true" className="size-5" />} title={t('forgotSentTitle')}>
          {t('forgotSentText', { email: variables.email })}
        </Notice>
        {back}
      </>
    );
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('forgotTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('forgotLead')}</p>
      <Form className="grid gap-5" onSubmit={handleSubmit((values) => mutate(values))}>
        <Field label={t('email')} error={fieldError(formState.errors.email)} isRequired>
          <Input
            type="email"
            autoComplete="username"
            inputMode="email"
            {...register('email', { setValueAs: plainText })}
          />
        </Field>
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={formState.isSubmitting || isPending}>
          {t('forgotButton')}
        </Button>
      </Form>
      {back}
    </Card>
  );
}
