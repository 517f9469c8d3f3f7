'use client';
import { useLocale, useTranslations } from 'next-intl';
import { type CardField, screenLabel } from './families.ts';
import { useFamily } from './use-families.ts';

const FIELD_TEXTS = {
  enable: 'enable',
  server: 'host',
  port: 'port',
  encryption: 'encryption',
  auth: 'authentication',
  username: 'username',
  password: 'password',
  confirm: 'passwordAgain',
  senderAddress: 'from',
  recipients: 'recipients',
} as const satisfies Record<CardField, string>;

/** A field as it stands on the device's own page, where somebody has read it there in this language; else in our words. */
export function useFieldLabel(familyId: string | null): (field: CardField) => string {
  const t = useTranslations('credentials');
  const locale = useLocale();
  const family = useFamily(familyId);
  return (field) => {
    const label = screenLabel(family, field, locale);
    return label ? t('onScreen', { label }) : t(FIELD_TEXTS[field]);
  };
}
