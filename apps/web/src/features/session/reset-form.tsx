'use client';
import { Button, Card, Field, Form, Notice } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useForm } from 'react-hook-form';
import { useFieldError } from '../../forms/use-field-error.ts';
import { useRules } from '../../forms/use-rules.ts';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { resetPassword } from './auth-requests.ts';
import { LinkMissing } from './link-missing.tsx';
import { PasswordAdvice } from './password-advice.tsx';
import { PasswordInput } from './password-input.tsx';
import { useLinkToken } from './use-link-token.ts';

const loadRules = () => import('./auth-rules.ts').then(({ resetRules }) => resetRules);

// Whose link it is the page does not know.
const NOBODY: string[] = [];

/** A new password, by the link of a mail. It signs nobody in: whoever is signed in here stays who he is. */
export function ResetForm() {
  const t = useTranslations('session');
  const fieldError = useFieldError();
  const token = useLinkToken();
  const { register, handleSubmit, watch, formState } = useForm<{ newPassword: string }>({
    resolver: useRules(loadRules),
    defaultValues: { newPassword: '' },
  });
  const { mutate, error, isPending, isSuccess } = useMutation({ mutationFn: resetPassword });

  if (token === null) return <LinkMissing />;
  if (isSuccess) {
    return (
      <>
        <Notice tone="ok" icon={<CircleCheck aria-hidden="true" className="size-5" />} title={t('resetDoneTitle')}>
          {t('resetDoneText')}
        </Notice>
        <p className="mt-6">{t.rich('backToSignIn', { link: (text) => <Link href="/sign-in">{text}</Link> })}</p>
      </>
    );
  }
  return (
    <Card>
      <h1 className="text-2xl">{t('resetTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('resetLead')}</p>
      <Form
        className="grid gap-5"
        onSubmit={handleSubmit(({ newPassword }) => token && mutate({ token, newPassword }))}
      >
        <Field
          label={t('newPassword')}
          hint={t('passwordHint')}
          error={fieldError(formState.errors.newPassword)}
          isRequired
        >
          <PasswordInput autoComplete="new-password" {...register('newPassword')} />
        </Field>
        <PasswordAdvice password={watch('newPassword')} about={NOBODY} />
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={formState.isSubmitting || isPending}>
          {t('resetButton')}
        </Button>
      </Form>
      <p className="mt-6">
        <Link href="/forgot-password">{t('forgotLink')}</Link>
      </p>
    </Card>
  );
}
