'use client';
import { Button, ButtonAnchor, buttonClass } from '@hikyaku/ui';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { useMe } from '../session/me-context.tsx';
import { ProviderGlyph } from './provider-glyph.tsx';
import { connectUrl } from './queries.ts';
import { isAccountOf } from './service-of.ts';

const REDIRECTS = [
  { provider: 'microsoft', key: 'connectMicrosoft' },
  { provider: 'google', key: 'connectGoogle' },
] as const;

/** The ways to a new mailbox. Two are plain links: the browser leaves for the provider and comes back. The first is most often the person's own. */
export function ConnectButtons({ isFirst }: { isFirst: boolean }) {
  const t = useTranslations('mailboxes');
  const { providers, environment, user } = useMe();
  const urlOf = (provider: 'microsoft' | 'google') =>
    connectUrl(provider, isFirst && isAccountOf(provider, user.email) ? { address: user.email } : {});
  return (
    <div className="grid gap-3 lg:grid-cols-3">
      {REDIRECTS.map(({ provider, key }) =>
        providers[provider] ? (
          <ButtonAnchor key={provider} href={urlOf(provider)} tone="secondary" className="px-3! py-3">
            <ProviderGlyph provider={provider} />
            {t(key)}
          </ButtonAnchor>
        ) : (
          <NotHere key={provider} why={t('providerOff')}>
            <ProviderGlyph provider={provider} />
            {t(key)}
          </NotHere>
        ),
      )}
      {providers.smtp ? (
        <Link href="/mailboxes/smtp" className={buttonClass('secondary', 'md', 'px-3! py-3')}>
          <ProviderGlyph provider="smtp" />
          {t('connectSmtp')}
        </Link>
      ) : (
        <NotHere why={environment === 'sandbox' ? t('smtpOffInTrial') : t('providerOff')}>
          <ProviderGlyph provider="smtp" />
          {t('connectSmtp')}
        </NotHere>
      )}
    </div>
  );
}

function NotHere({ why, children }: { why: string; children: ReactNode }) {
  return (
    <div className="grid gap-1">
      <Button tone="secondary" disabled className="px-3! py-3">
        {children}
      </Button>
      <p className="text-center text-sm text-ink-soft">{why}</p>
    </div>
  );
}
