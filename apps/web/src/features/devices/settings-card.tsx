'use client';
import type { LegacyTls } from '@hikyaku/contracts';
import { ChoiceGroup, CopyField, Facts, Notice } from '@hikyaku/ui';
import { TriangleAlert } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { otherPorts } from './door-choices.ts';
import { type CardField, cardFields, limitWarnings, screenLabel } from './families.ts';
import { FixedValue } from './fixed-value.tsx';
import type { ShownDoor } from './use-door-choice.ts';
import { useFamily } from './use-families.ts';
import { useFieldLabel } from './use-field-label.ts';

const CHOICE_TEXTS = {
  starttls: { label: 'choiceStarttls', hint: 'choiceStarttlsHint' },
  implicit: { label: 'choiceImplicit', hint: 'choiceImplicitHint' },
  legacyStarttls: { label: 'choiceLegacyStarttls', hint: 'choiceLegacyHint' },
  legacyImplicit: { label: 'choiceLegacyImplicit', hint: 'choiceLegacyHint' },
  plain: { label: 'choicePlain', hint: 'choicePlainHint' },
} as const;
export const ENCRYPTION_TEXTS = {
  starttls: 'encryptionStarttls',
  implicit: 'encryptionImplicit',
  none: 'encryptionNone',
} as const;
// For families whose limits are said before there is a password on the page (core's newPassword).
const PASSWORD_LENGTH = 16;

interface SettingsCardProps {
  host: string;
  /** Port and encryption that are shown. */
  door: ShownDoor;
  /** Port 25 is open here. */
  hasPort25: boolean;
  username: string;
  /** The user name with an `@`. */
  login: string;
  /** Null: it was shown when it was made. */
  password: string | null;
  isPasswordPrinted?: boolean;
  onPasswordCopied?: () => void;
  device: { family: string | null; allowPlainAuth: boolean; legacyTls: LegacyTls };
  /** Where its mail is sent from, when known. */
  address: string | undefined;
}

/** What a device's mail form asks for, in that form's own words and order where somebody has read them. */
export function SettingsCard({ host, door, username, login, password, device, address, ...rest }: SettingsCardProps) {
  const t = useTranslations('credentials');
  const common = useTranslations('common');
  const locale = useLocale();
  const family = useFamily(device.family);
  const labelOf = useFieldLabel(device.family);
  const { choices, choice } = door;
  if (!choice) return null;

  const fields = cardFields(family);
  const attested = fields.filter((field) => screenLabel(family, field, locale)).length;
  const port = String(door.port);
  const server = family?.isPortInServer ? `${host}:${port}` : host;
  const copy = { copyLabel: common('copy'), copiedLabel: common('copied') };
  const encryption = family?.choices?.[choice.encryption]?.[locale] ?? t(ENCRYPTION_TEXTS[choice.encryption]);
  const rows: Record<CardField, ReactNode> = {
    enable: <FixedValue label={labelOf('enable')} value={t('authenticationValue')} />,
    server: <CopyField {...copy} label={labelOf('server')} value={server} />,
    port: <CopyField {...copy} label={labelOf('port')} value={port} />,
    encryption: <FixedValue label={labelOf('encryption')} value={encryption} />,
    auth: <FixedValue label={labelOf('auth')} value={t('authenticationValue')} />,
    username: (
      <CopyField
        {...copy}
        label={labelOf('username')}
        value={family?.isUserSender ? login : username}
        {...(family?.isUserSender ? {} : { hint: t('usernameHint', { login }) })}
      />
    ),
    password: password ? (
      <div className={rest.isPasswordPrinted ? '' : 'no-print'}>
        <CopyField {...copy} label={labelOf('password')} value={password} onCopied={rest.onPasswordCopied} />
      </div>
    ) : (
      <div className="grid gap-1">
        <span className="text-sm font-semibold text-ink-soft">{labelOf('password')}</span>
        <p>{t('passwordHidden')}</p>
      </div>
    ),
    confirm: password ? <FixedValue label={labelOf('confirm')} value={t('passwordAgainValue')} /> : null,
    senderAddress: family?.isUserSender ? (
      <CopyField {...copy} label={labelOf('senderAddress')} value={login} />
    ) : address ? (
      <FixedValue label={labelOf('senderAddress')} value={address} hint={t('fromHint', { address })} />
    ) : null,
    recipients: <FixedValue label={labelOf('recipients')} value={t('recipientsValue')} />,
  };
  const warnings = family
    ? limitWarnings(family, {
        host,
        passwordLength: password?.length ?? PASSWORD_LENGTH,
        allowPlainAuth: device.allowPlainAuth,
        hasPort25: rest.hasPort25,
      })
    : [];
  const others = otherPorts(choices, choice);
  return (
    <div className="grid gap-6">
      {family ? (
        <header className="grid gap-1">
          <h2 className="text-base">{family.name[locale]}</h2>
          {family.menu?.[locale] ? <p>{t('menu', { menu: family.menu[locale] })}</p> : null}
          <p className="text-sm text-ink-soft">
            {attested === 0 ? t('cardGeneral') : attested < fields.length ? t('cardPartly') : t('cardAttested')}
          </p>
        </header>
      ) : null}
      {warnings.map((warning) => (
        <Notice key={warning.name} tone="warn" icon={<TriangleAlert aria-hidden="true" className="size-5" />}>
          {t(`warning.${warning.name}`, { max: 'max' in warning ? warning.max : 0 })}
        </Notice>
      ))}
      {choices.length > 1 ? (
        <div className="no-print">
          <ChoiceGroup
            label={t('choiceTitle')}
            value={choice.name}
            onChange={door.choose}
            choices={choices.map((item) => ({
              value: item.name,
              label: t(CHOICE_TEXTS[item.name].label),
              hint: t(CHOICE_TEXTS[item.name].hint),
            }))}
          />
        </div>
      ) : null}
      <ol className="grid gap-4">{fields.map((field) => (rows[field] ? <li key={field}>{rows[field]}</li> : null))}</ol>
      {family?.notes.length ? (
        <section className="grid gap-2">
          <h3 className="text-base">{t('notes')}</h3>
          <ul className="grid list-disc gap-1 pl-5 text-ink-soft">
            {family.notes.map((note) => (
              <li key={note.en}>{note[locale]}</li>
            ))}
          </ul>
        </section>
      ) : null}
      {others.length ? (
        <section className="grid gap-2 border-t border-line pt-5">
          <h3 className="text-base">{t('otherPorts')}</h3>
          <p className="text-sm text-ink-soft">{t('otherPortsText')}</p>
          <Facts
            items={others.map((other) => ({ label: String(other.port), value: t(ENCRYPTION_TEXTS[other.encryption]) }))}
          />
        </section>
      ) : null}
    </div>
  );
}
