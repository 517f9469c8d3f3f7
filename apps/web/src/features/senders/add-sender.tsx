'use client';
import type { Mailbox, SenderCreate } from '@hikyaku/contracts';
import { Button, ButtonAnchor, Field, Form, Input, Select, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { problemCode } from '../../api/problem.ts';
import { plainText } from '../../forms/plain-text.ts';
import { sharedUrl } from '../mailboxes/queries.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useAddSender } from './queries.ts';

/** Types an address, and tests it at once. Shared mailboxes are Microsoft's, and need a permission of their own. */
export function AddSender({ mailbox }: { mailbox: Mailbox }) {
  const t = useTranslations('senders');
  const form = useTranslations('form');
  const showToast = useToast();
  const [address, setAddress] = useState('');
  const [kind, setKind] = useState<SenderCreate['kind']>('alias');
  const { mutate, error, isPending } = useAddSender(mailbox.id);
  // Nothing else of it can be invalid.
  const isWrongAddress = error !== null && problemCode(error) === 'api.invalid';
  const isMicrosoft = mailbox.provider === 'microsoft';
  const needsPermission = kind === 'shared' && !mailbox.maySendShared;
  const add = (event: FormEvent) => {
    event.preventDefault();
    const typed = plainText(address);
    if (!typed) return;
    mutate(
      { address: typed, kind },
      {
        onSuccess: () => {
          setAddress('');
          showToast('ok', t('testSent'));
        },
      },
    );
  };
  return (
    <Form className="grid max-w-xl gap-4" onSubmit={add}>
      {isMicrosoft ? (
        <Field label={t('kind')}>
          <Select value={kind} onChange={(event) => setKind(event.target.value === 'shared' ? 'shared' : 'alias')}>
            <option value="alias">{t('kindAlias')}</option>
            <option value="shared">{t('kindShared')}</option>
          </Select>
        </Field>
      ) : null}
      {needsPermission ? (
        <div className="grid gap-2">
          <p className="text-sm text-ink-soft">{t('permissionHint')}</p>
          <ButtonAnchor href={sharedUrl(mailbox)} className="justify-self-start">
            {t('givePermission')}
          </ButtonAnchor>
        </div>
      ) : (
        <>
          <Field label={t('address')} hint={t('addressHint')} error={isWrongAddress ? form('email') : undefined}>
            <Input
              type="email"
              value={address}
              onChange={(event) => setAddress(event.target.value)}
              autoComplete="off"
              autoCapitalize="off"
            />
          </Field>
          {isWrongAddress ? null : <ProblemNotice error={error} />}
          <Button type="submit" isBusy={isPending} className="justify-self-start">
            {t('add')}
          </Button>
        </>
      )}
    </Form>
  );
}
