'use client';
import { Button, buttonClass, Card, Field, Form, Input, Notice } from '@hikyaku/ui';
import { CircleCheck } from 'lucide-react';
import Link from 'next/link';
import { useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useConnectAppOnly, useSendProof } from './queries.ts';

/** The owner shows that he can read the mailbox: an administrator's leave says nothing of who uses the relay. */
export function ProofStep() {
  const t = useTranslations('organization');
  const dates = useDates();
  const [address, setAddress] = useState(useSearchParams().get('address') ?? '');
  const [code, setCode] = useState('');
  const proof = useSendProof();
  const connect = useConnectAppOnly();
  const ask = (event: FormEvent) => {
    event.preventDefault();
    connect.reset();
    if (address.trim()) proof.mutate(address.trim());
  };
  const finish = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) connect.mutate({ address: address.trim(), code });
  };
  if (connect.data) {
    return (
      <Notice
        tone="ok"
        icon={<CircleCheck aria-hidden="true" className="size-5" />}
        title={t('connectedTitle', { address: address.trim() })}
        action={
          <Link href={`/devices/new?mailboxId=${connect.data.id}`} className={buttonClass()}>
            {t('addDevice')}
          </Link>
        }
      >
        {t('connectedText')}
      </Notice>
    );
  }
  return (
    <Card title={t('proofTitle')}>
      <div className="grid max-w-xl gap-5">
        <Form className="grid gap-4" onSubmit={ask}>
          <p className="text-ink-soft">{t('proofText')}</p>
          <Field label={t('address')} hint={t('addressHint')}>
            <Input
              type="email"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
            />
          </Field>
          <ProblemNotice error={proof.error} />
          <Button type="submit" isBusy={proof.isPending} className="justify-self-start">
            {t('sendCode')}
          </Button>
        </Form>
        {proof.data ? (
          <Form className="grid gap-4 border-t border-line pt-5" onSubmit={finish}>
            <Field
              label={t('code')}
              hint={t('codeHint', { address: address.trim(), time: dates.clock(proof.data.expiresAt) })}
            >
              <Input
                value={code}
                onChange={(event) => setCode(event.target.value)}
                autoComplete="one-time-code"
                autoCapitalize="characters"
              />
            </Field>
            <ProblemNotice error={connect.error} />
            <Button type="submit" isBusy={connect.isPending} className="justify-self-start">
              {t('connect')}
            </Button>
          </Form>
        ) : null}
      </div>
    </Card>
  );
}
