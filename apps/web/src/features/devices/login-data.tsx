'use client';
import type { Ports } from '@hikyaku/contracts';
import type { DeviceFamily } from '@hikyaku/devices';
import { ChoiceGroup, CopyField, Facts } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { choiceFor, type DoorChoiceName, doorChoices, otherPorts } from './door-choices.ts';
import { FamilySelect, useFieldAlias } from './family-select.tsx';

const CHOICE_TEXTS = {
  starttls: { label: 'choiceStarttls', hint: 'choiceStarttlsHint' },
  implicit: { label: 'choiceImplicit', hint: 'choiceImplicitHint' },
  legacyStarttls: { label: 'choiceLegacyStarttls', hint: 'choiceLegacyHint' },
  legacyImplicit: { label: 'choiceLegacyImplicit', hint: 'choiceLegacyHint' },
  plain: { label: 'choicePlain', hint: 'choicePlainHint' },
} as const;
const ENCRYPTION_TEXTS = {
  starttls: 'encryptionStarttls',
  implicit: 'encryptionImplicit',
  none: 'encryptionNone',
} as const;

interface LoginDataProps {
  host: string;
  ports: Ports;
  username: string;
  /** The user name with an `@`. */
  login: string;
  /** Null: it was shown when it was made. */
  password: string | null;
  policy: { allowPlainAuth: boolean; legacyTls: boolean };
  /** Where its mail is sent from, when known. */
  address: string | undefined;
}

/** What a device's mail form asks for, in the order in which such forms ask. */
export function LoginData({ host, ports, username, login, password, policy, address }: LoginDataProps) {
  const t = useTranslations('credentials');
  const common = useTranslations('common');
  const [name, setName] = useState<DoorChoiceName>('starttls');
  const [family, setFamily] = useState<DeviceFamily | null>(null);
  const alias = useFieldAlias(family);
  const choices = doorChoices(ports, policy);
  const choice = choices.find((item) => item.name === name) ?? choices[0];
  if (!choice) return null;
  const copy = { copyLabel: common('copy'), copiedLabel: common('copied') };
  return (
    <div className="grid gap-6">
      <div className="no-print grid gap-6">
        <FamilySelect
          family={family}
          onChange={(next) => {
            setFamily(next);
            if (next) setName(choiceFor(choices, [next.door, ...next.otherDoors]));
          }}
        />
        <ChoiceGroup
          label={t('choiceTitle')}
          value={choice.name}
          onChange={setName}
          choices={choices.map((item) => ({
            value: item.name,
            label: t(CHOICE_TEXTS[item.name].label),
            hint: t(CHOICE_TEXTS[item.name].hint),
          }))}
        />
      </div>
      <div className="grid gap-4">
        <CopyField {...copy} label={t('host')} value={host} alias={alias('server')} />
        <div className="grid gap-4 sm:grid-cols-2">
          <CopyField {...copy} label={t('port')} value={String(choice.ports[0])} alias={alias('port')} />
          <Fixed label={t('encryption')} value={t(ENCRYPTION_TEXTS[choice.encryption])} alias={alias('encryption')} />
        </div>
        <Fixed label={t('authentication')} value={t('authenticationValue')} alias={alias('auth')} />
        <CopyField
          {...copy}
          label={t('username')}
          value={username}
          hint={t('usernameHint', { login })}
          alias={alias('username')}
        />
        {password ? (
          <CopyField {...copy} label={t('password')} value={password} alias={alias('password')} />
        ) : (
          <div className="grid gap-1">
            <span className="text-sm font-semibold text-ink-soft">{t('password')}</span>
            <p>{t('passwordHidden')}</p>
          </div>
        )}
        {address ? (
          <Fixed label={t('from')} value={address} hint={t('fromHint', { address })} alias={alias('senderAddress')} />
        ) : null}
      </div>
      <section className="grid gap-2 border-t border-line pt-5">
        <h2 className="text-base">{t('otherPorts')}</h2>
        <p className="text-sm text-ink-soft">{t('otherPortsText')}</p>
        <Facts
          items={otherPorts(choices, choice).map(({ port, encryption }) => ({
            label: String(port),
            value: t(ENCRYPTION_TEXTS[encryption]),
          }))}
        />
      </section>
    </div>
  );
}

interface FixedProps {
  label: string;
  value: string;
  hint?: string;
  alias: string | undefined;
}

/** A value to be chosen in the device rather than pasted. */
function Fixed({ label, value, hint, alias }: FixedProps) {
  return (
    <div className="grid content-start gap-1">
      <div className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm text-ink-soft">
        <span className="font-semibold">{label}</span>
        {alias ? <span>{alias}</span> : null}
      </div>
      <p className="flex min-h-12 items-center rounded-md bg-sunken px-3.5 py-2.5 font-semibold">{value}</p>
      {hint ? <p className="text-sm text-ink-soft">{hint}</p> : null}
    </div>
  );
}
