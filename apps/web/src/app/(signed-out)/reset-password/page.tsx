import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ResetForm } from '../../../features/session/reset-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('session');
  return { title: t('resetTitle') };
}

export default function Page() {
  return <ResetForm />;
}
