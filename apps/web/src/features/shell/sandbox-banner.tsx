'use client';
import { useTranslations } from 'next-intl';
import { useInstance } from '../session/queries.ts';
import { SandboxTape } from './sandbox-tape.tsx';

/** The trial mode's tape where nobody before the pages says what the instance is: asked for, and there a moment later. */
export function SandboxBanner() {
  const t = useTranslations('shell');
  const { data: instance } = useInstance();
  if (instance?.environment !== 'sandbox') return null;
  return <SandboxTape title={t('sandboxTitle')} linkText={t('sandboxLink')} url={instance.sandboxUrl} />;
}
