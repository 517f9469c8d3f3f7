'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Field, Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';

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
  const isGone = value !== '' && !mailboxes.some(({ id }) => id === value);
  if (mailboxes.length === 0 && !isGone) return null;
  return (
    <Field label={t('fallback')} hint={t('fallbackHint')} error={error}>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('fallbackNone')}</option>
        {isGone ? <option value={value}>{t('noMailbox')}</option> : null}
        {mailboxes.map(({ id, address }) => (
          <option key={id} value={id}>
            {address}
          </option>
        ))}
      </Select>
    </Field>
  );
}
