'use client';
import { CopyField } from '@hikyaku/ui';
import { RadioTower } from 'lucide-react';
import { useTranslations } from 'next-intl';

interface SilenceCardProps {
  host: string;
  /** The port that the card names, and the one to try after it; null when there is no other. */
  port: number;
  nextPort: number | null;
}

/** Nothing has come for a minute: what is known is only that. The usual causes, the likeliest first. */
export function SilenceCard({ host, port, nextPort }: SilenceCardProps) {
  const t = useTranslations('live');
  const common = useTranslations('common');
  return (
    <section aria-live="polite" className="grid gap-3 rounded-md border border-warn/40 bg-warn-soft p-4">
      <h3 className="flex gap-2 text-base">
        <RadioTower aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-warn" />
        {t('silenceTitle')}
      </h3>
      <ol className="grid list-decimal gap-1.5 pl-5 text-ink-soft">
        <li>
          {nextPort
            ? t('silencePort', { port: String(port), next: String(nextPort) })
            : t('silencePortOnly', { port: String(port) })}
        </li>
        <li>{t('silenceName', { host })}</li>
        <li>{t('silenceOld')}</li>
      </ol>
      {nextPort ? (
        <CopyField
          label={t('tryPort')}
          value={String(nextPort)}
          copyLabel={common('copy')}
          copiedLabel={common('copied')}
        />
      ) : null}
    </section>
  );
}
