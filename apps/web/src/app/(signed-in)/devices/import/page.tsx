import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ImportPage } from '../../../../features/fleet/import-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('fleet');
  return { title: t('importTitle') };
}

export default function Page() {
  return <ImportPage />;
}
