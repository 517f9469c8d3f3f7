'use client';
import type { ApiKeyMade } from '@hikyaku/contracts';
import { Button, CopyField, Notice } from '@hikyaku/ui';
import { KeyRound } from 'lucide-react';
import { useTranslations } from 'next-intl';

/** A key's secret, shown here once, and a line by which it can be tried. Only below `SignedIn`, which stands in browsers alone. */
export function NewApiKey({ made: { apiKey, secret }, onClose }: { made: ApiKeyMade; onClose: () => void }) {
  const t = useTranslations('apiKeys');
  const common = useTranslations('common');
  const words = { copyLabel: common('copy'), copiedLabel: common('copied') };
  const example = `curl -H "Authorization: Bearer ${secret}" ${window.location.origin}/api/v1/messages`;
  return (
    <div className="grid gap-5 border-t border-line pt-5">
      <Notice
        tone="warn"
        isAlert
        icon={<KeyRound aria-hidden="true" className="size-5" />}
        title={t('onceTitle', { name: apiKey.name })}
      >
        {t('onceText')}
      </Notice>
      <CopyField label={t('secret')} value={secret} {...words} />
      <CopyField label={t('example')} hint={t('exampleHint')} value={example} {...words} />
      <p className="text-sm text-ink-soft">
        {t.rich('reference', { link: (text) => <a href="/api/v1/openapi.json">{text}</a> })}
      </p>
      <Button onClick={onClose} className="justify-self-start max-sm:w-full">
        {t('onceDone')}
      </Button>
    </div>
  );
}
