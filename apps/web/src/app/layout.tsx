import { KEEP_EARLY_PRESSES } from '@hikyaku/ui';
import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import { getLocale, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import { Providers } from '../features/shell/providers.tsx';
import { readInstance } from '../features/shell/read-instance.ts';
import { SandboxTape } from '../features/shell/sandbox-tape.tsx';
import { THEME_COOKIE } from '../i18n/locale.ts';
import { frameTexts } from '../i18n/texts-of.ts';
import './globals.css';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('shell');
  return {
    title: { default: t('brand'), template: `%s · ${t('brand')}` },
    description: t('tagline'),
    robots: { index: false },
  };
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f4ef' },
    { media: '(prefers-color-scheme: dark)', color: '#11141b' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, messages, store, head, t] = await Promise.all([
    getLocale(),
    frameTexts(),
    cookies(),
    headers(),
    getTranslations('shell'),
  ]);
  const instance = readInstance(head);
  const nonce = head.get('x-nonce') ?? '';
  const theme = store.get(THEME_COOKIE)?.value;
  return (
    <html lang={locale} data-theme={theme === 'light' || theme === 'dark' ? theme : undefined}>
      <body>
        <script nonce={nonce}>{KEEP_EARLY_PRESSES}</script>
        <Providers locale={locale} messages={messages} nonce={nonce} instance={instance}>
          {/* On every page, also on one that is broken or not there, and before any script. */}
          {instance?.environment === 'sandbox' ? (
            <SandboxTape title={t('sandboxTitle')} linkText={t('sandboxLink')} url={instance.sandboxUrl} />
          ) : null}
          {children}
        </Providers>
      </body>
    </html>
  );
}
