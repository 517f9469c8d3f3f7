import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ArrivedForm } from '../../../features/arrivals/arrived-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('arrivals');
  return { title: t('linkTitle'), robots: { index: false } };
}

export default function Page() {
  return <ArrivedForm />;
}
