'use client';
import { Button, Card, Field, Form, Input } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { plainText } from '../../forms/plain-text.ts';
import { RefusalNotice } from '../outside/refusal-notice.tsx';
import { SignInWith } from '../outside/sign-in-with.tsx';
import { PasskeyEntry } from '../passkeys/passkey-entry.tsx';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { type Credentials, signIn } from './auth-requests.ts';
import { PasswordInput } from './password-input.tsx';
import { safeReturnPath } from './return-path.ts';
import { useLeaveIfSignedIn } from './use-leave-if-signed-in.ts';

const CodeStep = dynamic(() => import('./code-step.tsx').then((module) => module.CodeStep));

type Wrong = Partial<Record<keyof Credentials, 'required' | 'email' | undefined>>;

/** Two fields and what can be wrong with them, without the library and the rules of larger forms: this is the page that is opened first and most. */
export function SignInForm() {
  const t = useTranslations('session');
  const form = useTranslations('form');
  const router = useRouter();
  const search = useSearchParams();
  const client = useQueryClient();
  useLeaveIfSignedIn();
  const [email, setEmail] = useState('');
  const [wrong, setWrong] = useState<Wrong>({});
  const [hasLeft, setHasLeft] = useState(false);
  const isCodeNext = search.get('step') === 'code';
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

  function leaveCode() {
    setHasLeft(true);
    reset();
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    // Read from the fields: a password manager may have filled them before React was there to hear of it.
    const fields = event.currentTarget.elements as unknown as Record<keyof Credentials, HTMLInputElement>;
    const typed = { email: plainText(fields.email.value), password: fields.password.value };
    const found: Wrong = {
      email: typed.email ? (/.@./.test(typed.email) ? undefined : 'email') : 'required',
      password: typed.password ? undefined : 'required',
    };
    setWrong(found);
    setEmail(typed.email);
    if (found.email) fields.email.focus();
    else if (found.password) fields.password.focus();
    else mutate(typed);
  }

  // A provider's word came before it.
  if (data?.twoFactorRedirect || (isCodeNext && !hasLeft)) {
    return (
      <Card>
        <CodeStep onDone={goOn} onBack={leaveCode} />
      </Card>
    );
  }

  return (
    <Card>
      <h1 className="text-2xl">{t('signInTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t('signInLead')}</p>
      <Form className="grid gap-5" onSubmit={submit}>
        <RefusalNotice />
        <Field label={t('email')} error={wrong.email && form(wrong.email)} isRequired>
          <Input type="email" autoComplete="username webauthn" inputMode="email" name="email" defaultValue={email} />
        </Field>
        <Field label={t('password')} error={wrong.password && form(wrong.password)} isRequired>
          <PasswordInput autoComplete="current-password" name="password" />
        </Field>
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={isPending || isSuccess}>
          {t('signInButton')}
        </Button>
        <p>
          <Link href="/forgot-password">{t('forgotLink')}</Link>
        </p>
      </Form>
      <PasskeyEntry onDone={goOn} />
      <SignInWith />
      <p className="mt-6">{t.rich('toSignUp', { link: (text) => <Link href="/sign-up">{text}</Link> })}</p>
    </Card>
  );
}
