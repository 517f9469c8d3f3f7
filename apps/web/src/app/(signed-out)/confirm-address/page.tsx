import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ConfirmAddressForm } from '../../../features/address/confirm-address-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('address');
  return { title: t('confirmTitle') };
}

export default function Page() {
  return <ConfirmAddressForm />;
}
