'use client';
import { Button, ButtonAnchor, Card } from '@hikyaku/ui';
import { ShieldCheck } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useMe } from '../session/me-context.tsx';
import { ProviderGlyph } from './provider-glyph.tsx';
import { connectUrl } from './queries.ts';

const PROVIDERS = [
  { provider: 'microsoft', key: 'connectMicrosoft' },
  { provider: 'google', key: 'connectGoogle' },
] as const;

/** The ways to a new mailbox. Plain links: the browser leaves for the provider and comes back. */
export function ConnectCard() {
  const t = useTranslations('mailboxes');
  const { providers } = useMe();
  return (
    <Card title={t('connectTitle')}>
      <div className="grid gap-3 sm:grid-cols-2">
        {PROVIDERS.map(({ provider, key }) =>
          providers[provider] ? (
            <ButtonAnchor key={provider} href={connectUrl(provider)} tone="secondary" className="py-3">
              <ProviderGlyph provider={provider} />
              {t(key)}
            </ButtonAnchor>
          ) : (
            <div key={provider} className="grid gap-1">
              <Button tone="secondary" disabled className="py-3">
                <ProviderGlyph provider={provider} />
                {t(key)}
              </Button>
              <p className="text-center text-sm text-ink-soft">{t('providerOff')}</p>
            </div>
          ),
        )}
      </div>
      <p className="mt-4 flex gap-2.5 text-sm text-ink-soft">
        <ShieldCheck aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-ok" />
        {t('connectText')}
      </p>
    </Card>
  );
}
