'use client';
import type { AppOnlySetup } from '@hikyaku/contracts';
import { Card, CopyField, Field, Textarea } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { adminCommands, furtherCommand, largeCommand, readAddresses } from './admin-commands.ts';

const EXAMPLE = 'alerts@example.com';

/** The administrator names the mailboxes, by commands that hold them already. */
export function CommandsStep({ setup }: { setup: AppOnlySetup }) {
  const t = useTranslations('organization');
  const common = useTranslations('common');
  const [text, setText] = useState('');
  const typed = readAddresses(text);
  const addresses = typed.length ? typed : [EXAMPLE];
  const copy = { copyLabel: common('copy'), copiedLabel: common('copied') };
  return (
    <Card title={t('commandsTitle')}>
      <div className="grid gap-4">
        <p className="max-w-2xl text-ink-soft">{t('commandsText')}</p>
        <Field label={t('addresses')} hint={t('addressesHint')}>
          <Textarea rows={3} value={text} onChange={(event) => setText(event.target.value)} autoCapitalize="off" />
        </Field>
        <CopyField
          label={t('commands')}
          value={adminCommands(setup.clientId, addresses)}
          hint={t('commandsHint')}
          {...copy}
        />
        <CopyField label={t('further')} value={furtherCommand(addresses)} {...copy} />
        <CopyField label={t('large')} value={largeCommand(setup.clientId)} hint={t('largeHint')} {...copy} />
      </div>
    </Card>
  );
}
