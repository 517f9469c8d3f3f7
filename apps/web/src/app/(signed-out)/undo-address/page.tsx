import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { UndoAddressForm } from '../../../features/address/undo-address-form.tsx';
import { Texts } from '../../../features/shell/texts.tsx';
import { textsOf } from '../../../i18n/texts-of.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('address');
  return { title: t('undoTitle') };
}

export default async function Page() {
  return (
    <Texts messages={await textsOf('address')}>
      <UndoAddressForm />
    </Texts>
  );
}
