import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConfirmForm } from '../../../features/session/confirm-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('session');
  return { title: t('confirmTitle') };
}

export default function Page() {
  return <ConfirmForm />;
}
