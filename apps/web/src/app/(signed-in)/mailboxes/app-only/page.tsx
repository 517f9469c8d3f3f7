import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { AppOnlyPage } from '../../../../features/app-only/app-only-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('organization');
  return { title: t('title') };
}

export default function Page() {
  return <AppOnlyPage />;
}
