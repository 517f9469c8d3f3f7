'use client';
import type { AppOnlySetup } from '@hikyaku/contracts';
import { ButtonAnchor, Card, CopyField } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { APPROVE_URL } from './queries.ts';

/** The administrator lets the relay into the directory; nothing may be sent by that alone. */
export function ApproveStep({ setup }: { setup: AppOnlySetup }) {
  const t = useTranslations('organization');
  const common = useTranslations('common');
  return (
    <Card title={t('approveTitle')}>
      <div className="grid max-w-2xl gap-4">
        <p className="text-ink-soft">{t('approveText')}</p>
        <ButtonAnchor href={APPROVE_URL} className="justify-self-start">
          {t('approve')}
        </ButtonAnchor>
        <CopyField
          label={t('approveLink')}
          value={setup.url}
          copyLabel={common('copy')}
          copiedLabel={common('copied')}
        />
      </div>
    </Card>
  );
}
