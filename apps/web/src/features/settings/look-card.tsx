'use client';
import { Card, Field, Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { THEME_COOKIE, THEMES, type Theme } from '../../i18n/locale.ts';
import { useUpdateMe } from '../session/queries.ts';
import { LanguageSwitch } from '../shell/language-switch.tsx';
import { rememberInCookie } from '../shell/remember.ts';

const LABELS = { system: 'themeSystem', light: 'themeLight', dark: 'themeDark' } as const;

export function LookCard() {
  const t = useTranslations('settings');
  const { mutate: updateMe } = useUpdateMe();
  const [theme, setTheme] = useState<Theme>('system');

  // The server has put the choice on the root element; the page reads it back from there.
  useEffect(() => setTheme((document.documentElement.dataset.theme as Theme | undefined) ?? 'system'), []);

  function choose(next: Theme) {
    setTheme(next);
    rememberInCookie(THEME_COOKIE, next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
  }

  return (
    <Card title={t('languageTitle')}>
      <div className="grid gap-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <span className="font-semibold">{t('language')}</span>
          <LanguageSwitch onChoose={(locale) => updateMe({ locale })} />
        </div>
        <Field label={t('theme')}>
          <Select value={theme} onChange={(event) => choose(event.target.value as Theme)}>
            {THEMES.map((name) => (
              <option key={name} value={name}>
                {t(LABELS[name])}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </Card>
  );
}
