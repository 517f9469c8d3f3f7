'use client';
import { useTranslations } from 'next-intl';
import { useInstance } from '../session/queries.ts';
import { SandboxTape } from './sandbox-tape.tsx';

/** On every page of an instance that only pretends to send, from its first moment. */
export function SandboxBanner() {
  const t = useTranslations('shell');
  const { data: instance } = useInstance();
  if (instance?.environment !== 'sandbox') return null;
  return <SandboxTape title={t('sandboxTitle')} linkText={t('sandboxLink')} url={instance.sandboxUrl} />;
}
