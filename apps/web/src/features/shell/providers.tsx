'use client';
import type { Instance } from '@hikyaku/contracts';
import { setStyleNonce, ToastProvider } from '@hikyaku/ui';
import { type AbstractIntlMessages, NextIntlClientProvider } from 'next-intl';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { QueryProvider } from '../../api/query-provider.tsx';
import type { Locale } from '../../i18n/locale.ts';

interface ProvidersProps {
  locale: Locale;
  messages: AbstractIntlMessages;
  nonce: string;
  instance: Instance | null;
  children: ReactNode;
}

const SandboxBanner = lazy(() => import('./sandbox-banner.tsx').then(({ SandboxBanner: it }) => ({ default: it })));

// Times are the reader's own. Nothing with a time in it is rendered on the server, so the two never differ.
const timeZone = typeof window === 'undefined' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone;

export function Providers({ locale, messages, nonce, instance, children }: ProvidersProps) {
  // The document keeps the policy it came with: a nonce that a later refresh brings would be refused.
  useState(() => setStyleNonce(nonce));
  return (
    <NextIntlClientProvider locale={locale} messages={messages} timeZone={timeZone}>
      <QueryProvider instance={instance}>
        {instance ? null : (
          <Suspense>
            <SandboxBanner />
          </Suspense>
        )}
        <ToastProvider>{children}</ToastProvider>
      </QueryProvider>
    </NextIntlClientProvider>
  );
}
