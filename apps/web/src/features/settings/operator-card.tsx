'use client';
import { Button, Field, Form, Input, Notice, useToast } from '@hikyaku/ui';
import { ChevronRight, CircleCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { ApiProblem } from '../../api/problem.ts';
import { plainText } from '../../forms/plain-text.ts';
import { useMe } from '../session/me-context.tsx';
import { useClaimOperator } from '../session/queries.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';

/** Folded: owners of cameras have nothing to do with it. Whoever has started this relay proves it by the code that only its console shows. */
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
    const typed = plainText(code);
    if (typed) mutate(typed, { onSuccess: () => showToast('ok', t('operatorDone')) });
  }

  return (
    <details className="group rounded-lg border border-line">
      <summary className="flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-lg px-4 text-ink-soft hover:bg-sunken">
        <ChevronRight aria-hidden="true" className="size-5 transition-transform group-open:rotate-90" />
        {t('operatorTitle')}
      </summary>
      <Form className="grid gap-4 px-4 pt-2 pb-5" onSubmit={submit}>
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
      </Form>
    </details>
  );
}
