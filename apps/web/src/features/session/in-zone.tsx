'use client';
import { NextIntlClientProvider, useLocale } from 'next-intl';
import type { ReactNode } from 'react';

/** Shows times in the account's zone; without one, in the browser's. */
export function InZone({ zone, children }: { zone: string | null; children: ReactNode }) {
  const locale = useLocale();
  return (
    <NextIntlClientProvider locale={locale} {...(zone ? { timeZone: zone } : {})}>
      {children}
    </NextIntlClientProvider>
  );
}
