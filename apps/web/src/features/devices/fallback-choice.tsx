'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Field } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { MailboxSelect } from '../mailboxes/mailbox-select.tsx';

interface FallbackChoiceProps {
  /** All but the device's own. */
  mailboxes: readonly Mailbox[];
  /** Empty: none. */
  value: string;
  error: string | undefined;
  onChange(mailboxId: string): void;
}

/** By which other mailbox a device's mail leaves while its own cannot send; not there where there is none. */
export function FallbackChoice({ mailboxes, value, error, onChange }: FallbackChoiceProps) {
  const t = useTranslations('devices');
  if (mailboxes.length === 0 && value === '') return null;
  return (
    <Field label={t('fallback')} hint={t('fallbackHint')} error={error}>
      <MailboxSelect
        mailboxes={mailboxes}
        chosen={value}
        none={t('fallbackNone')}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
}
