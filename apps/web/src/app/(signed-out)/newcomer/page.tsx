import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NewcomerForm } from '../../../features/outside/newcomer-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('session');
  return { title: t('signUpTitle') };
}

export default function Page() {
  return <NewcomerForm />;
}
