'use client';
import type { Mailbox } from '@hikyaku/contracts';
import { Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import type { ComponentProps } from 'react';

interface MailboxSelectProps extends ComponentProps<typeof Select> {
  mailboxes: readonly Mailbox[];
  /** The id that is kept: one that was disconnected meanwhile is said to be, instead of another one looking chosen. */
  chosen: string;
  /** The choice of none, in words. */
  none?: string | undefined;
}

/** One of the mailboxes, by its address. Also a control of `Field`, and of a form that registers its own. */
export function MailboxSelect({ mailboxes, chosen, none, ...select }: MailboxSelectProps) {
  const t = useTranslations('mailboxes');
  const isGone = chosen !== '' && !mailboxes.some(({ id }) => id === chosen);
  return (
    <Select {...select}>
      {none === undefined ? null : <option value="">{none}</option>}
      {isGone ? <option value={chosen}>{t('goneChoice')}</option> : null}
      {mailboxes.map(({ id, address }) => (
        <option key={id} value={id}>
          {address}
        </option>
      ))}
    </Select>
  );
}
