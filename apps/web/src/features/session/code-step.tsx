'use client';
import { Button, Field, Form, Input } from '@hikyaku/ui';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { plainText } from '../../forms/plain-text.ts';
import { authErrorKey } from './auth-error.ts';
import { AuthErrorNotice } from './auth-error-notice.tsx';
import { enterCode } from './auth-requests.ts';

interface CodeStepProps {
  onDone: () => void;
  /** Back to the password: the time for a code is over, or its reader is somebody else. */
  onBack: () => void;
}

/** The second step of signing in, for accounts that have one. */
export function CodeStep({ onDone, onBack }: CodeStepProps) {
  const t = useTranslations('session');
  const form = useTranslations('form');
  const [isRecovery, setIsRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const { mutate, error, isPending, isSuccess, reset } = useMutation({ mutationFn: enterCode, onSuccess: onDone });
  const isOver = error !== null && authErrorKey(error) === 'codeOver';

  function submit(event: FormEvent) {
    event.preventDefault();
    const typed = plainText(code).replace(/\s/g, '');
    setIsMissing(!typed);
    if (typed) mutate({ code: typed, isRecovery });
  }
  function change(toRecovery: boolean) {
    setIsRecovery(toRecovery);
    setCode('');
    setIsMissing(false);
    reset();
  }

  return (
    <>
      <h1 className="text-2xl">{t(isRecovery ? 'recoveryTitle' : 'codeTitle')}</h1>
      <p className="mb-6 text-ink-soft">{t(isRecovery ? 'recoveryLead' : 'codeLead')}</p>
      <Form className="grid gap-5" onSubmit={submit}>
        <Field
          label={t(isRecovery ? 'recoveryCode' : 'code')}
          error={isMissing ? form('required') : undefined}
          isRequired
        >
          <Input
            key={String(isRecovery)}
            // The page has turned into this one field by its reader's own step.
            autoFocus
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete={isRecovery ? 'off' : 'one-time-code'}
            inputMode={isRecovery ? 'text' : 'numeric'}
            className="font-mono tracking-wide"
          />
        </Field>
        <AuthErrorNotice error={error} />
        {isOver ? (
          <Button onClick={onBack}>{t('codeBack')}</Button>
        ) : (
          <Button type="submit" isBusy={isPending || isSuccess}>
            {t('signInButton')}
          </Button>
        )}
      </Form>
      <div className="mt-6 flex flex-wrap gap-x-6 gap-y-2">
        <Button tone="quiet" size="sm" onClick={() => change(!isRecovery)}>
          {t(isRecovery ? 'toApp' : 'toRecovery')}
        </Button>
        {isOver ? null : (
          <Button tone="quiet" size="sm" onClick={onBack}>
            {t('codeBack')}
          </Button>
        )}
      </div>
      {isRecovery ? <p className="mt-4 text-sm text-ink-soft">{t('recoveryLost')}</p> : null}
    </>
  );
}
