import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { UndoAddressForm } from '../../../features/address/undo-address-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('address');
  return { title: t('undoTitle') };
}

export default function Page() {
  return <UndoAddressForm />;
}
