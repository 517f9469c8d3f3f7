'use client';
import { Button, Card, Field, Input, Notice } from '@hikyaku/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { AuthErrorNotice } from '../session/auth-error-notice.tsx';
import { CheckMail } from '../session/check-mail.tsx';
import { looksLikeAddress } from '../session/looks-like-address.ts';
import { PasswordAdvice } from '../session/password-advice.tsx';
import { PasswordInput } from '../session/password-input.tsx';
import { PROVIDER_NAMES } from './provider-names.ts';
import { signUpAsNewcomer, useNewcomer } from './queries.ts';
import { useWayBack } from './use-way-back.ts';

/** As the api has it. */
const PASSWORD_MIN = 8;

const toSignIn = (text: React.ReactNode) => <Link href="/sign-in">{text}</Link>;

/** The last step of who was brought by a provider: a password of his own, and where nobody answers for it, his address. */
export function NewcomerForm() {
  const t = useTranslations('outside');
  const session = useTranslations('session');
  const form = useTranslations('form');
  const router = useRouter();
  const client = useQueryClient();
  const { provider: named } = useWayBack();
  const { data: newcomer, error: failed } = useNewcomer();
  const [typed, setTyped] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState<{ email?: string | undefined; password?: string | undefined }>({});
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
  const email = typed ?? newcomer?.address ?? '';
  function submit(event: FormEvent) {
    event.preventDefault();
    const found = {
      email: looksLikeAddress(email) ? undefined : form('email'),
      password: password.length < PASSWORD_MIN ? form('tooShort') : undefined,
    };
    setWrong(found);
    if (!found.email && !found.password) mutate({ email, password });
  }
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
      <form noValidate className="grid gap-5" onSubmit={submit}>
        <Field
          label={session('email')}
          error={wrong.email}
          hint={newcomer?.isConfirmed ? t('newAddressFixed', { provider }) : session('emailHint')}
          isRequired
        >
          <Input
            type="email"
            autoComplete="username"
            inputMode="email"
            name="email"
            value={email}
            readOnly={newcomer?.isConfirmed}
            onChange={(event) => setTyped(event.target.value.trim())}
          />
        </Field>
        <Field label={session('password')} hint={t('newPasswordHint', { provider })} error={wrong.password} isRequired>
          <PasswordInput
            autoComplete="new-password"
            name="password"
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </Field>
        <PasswordAdvice password={password} about={[email]} />
        <AuthErrorNotice error={error} />
        <Button type="submit" isBusy={isPending || Boolean(data?.token)}>
          {session('signUpButton')}
        </Button>
      </form>
    </Card>
  );
}
