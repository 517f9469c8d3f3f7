'use client';
import { Button, Card, Field, Input, Notice, useToast } from '@hikyaku/ui';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { useMe } from '../session/me-context.tsx';
import { useClaimOperator } from '../session/queries.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';

/** Whoever has started this relay proves it by the code that only its console shows. */
export function OperatorCard() {
  const t = useTranslations('settings');
  const { isOperator } = useMe();
  const showToast = useToast();
  const [code, setCode] = useState('');
  const { mutate, error, isPending } = useClaimOperator();
  const isWrongCode = error instanceof ApiProblem && (error.status === 400 || error.status === 403);

  if (isOperator) {
    return (
      <Notice tone="ok" icon={<CircleCheck aria-hidden="true" className="size-5" />}>
        {t('operatorYou')}
      </Notice>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (code.trim()) mutate(code.trim(), { onSuccess: () => showToast('ok', t('operatorDone')) });
  }

  return (
    <Card title={t('operatorTitle')}>
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <p className="text-ink-soft">{t('operatorText')}</p>
        <Field label={t('operatorCode')} error={isWrongCode ? t('operatorWrong') : undefined}>
          <Input
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="one-time-code"
            autoCapitalize="off"
            spellCheck={false}
            className="font-mono"
          />
        </Field>
        {isWrongCode ? null : <ProblemNotice error={error} />}
        <Button type="submit" isBusy={isPending} className="justify-self-start max-sm:w-full">
          {t('operatorConfirm')}
        </Button>
      </form>
    </Card>
  );
}
