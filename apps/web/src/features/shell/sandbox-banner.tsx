'use client';
import { useTranslations } from 'next-intl';

/** On every page of an instance that only pretends to send. */
export function SandboxBanner({ url }: { url: string | null }) {
  const t = useTranslations('shell');
  return (
    <aside
      aria-label={t('sandboxTitle')}
      className="sandbox-tape no-print flex min-h-11 flex-wrap items-center justify-center gap-x-4 gap-y-0.5 px-4 py-1.5 text-center text-sm font-bold"
    >
      <span>{t('sandboxTitle')}</span>
      {url ? (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-8 items-center text-current underline underline-offset-3"
        >
          {t('sandboxLink')}
        </a>
      ) : null}
    </aside>
  );
}
