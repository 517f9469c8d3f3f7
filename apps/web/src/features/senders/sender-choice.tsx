'use client';
import { Field, Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useSenders } from './queries.ts';

interface SenderChoiceProps {
  mailboxId: string;
  /** Empty: the mailbox's own address. */
  value: string;
  error: string | undefined;
  onChange(senderId: string): void;
}

/** From which of the mailbox's addresses a device sends; not there where there is nothing to choose. */
export function SenderChoice({ mailboxId, value, error, onChange }: SenderChoiceProps) {
  const t = useTranslations('senders');
  const { data } = useSenders(mailboxId);
  // One that was refused later stays in the list while the device has it: the choice must not change by itself.
  const senders = (data?.items ?? []).filter(({ id, state }) => state === 'works' || id === value);
  if (senders.length === 0) return null;
  return (
    <Field label={t('choose')} hint={t('chooseHint')} error={error}>
      <Select value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{t('own')}</option>
        {senders.map(({ id, address, state }) => (
          <option key={id} value={id}>
            {state === 'works' ? address : `${address} (${t('refused')})`}
          </option>
        ))}
      </Select>
    </Field>
  );
}
