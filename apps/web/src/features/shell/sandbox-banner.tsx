'use client';
import { useTranslations } from 'next-intl';
import { useInstance } from '../session/queries.ts';

/** On every page of an instance that only pretends to send, from its first moment. */
export function SandboxBanner() {
  const t = useTranslations('shell');
  const { data: instance } = useInstance();
  if (instance?.environment !== 'sandbox') return null;
  return (
    <aside
      aria-label={t('sandboxTitle')}
      className="sandbox-tape no-print flex min-h-11 flex-wrap items-center justify-center gap-x-4 gap-y-0.5 px-4 py-1.5 text-center text-sm font-bold"
    >
      <span>{t('sandboxTitle')}</span>
      {instance.sandboxUrl ? (
        <a
          href={instance.sandboxUrl}
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
