import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ForgotForm } from '../../../features/session/forgot-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('session');
  return { title: t('forgotTitle') };
}

export default function Page() {
  return <ForgotForm />;
}
