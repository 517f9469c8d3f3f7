import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { NewDevicePage } from '../../../../features/devices/new-device-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('devices');
  return { title: t('newTitle') };
}

export default function Page() {
  return <NewDevicePage />;
}
