import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { ArrivedForm } from '../../../features/arrivals/arrived-form.tsx';
import { Texts } from '../../../features/shell/texts.tsx';
import { textsOf } from '../../../i18n/texts-of.ts';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('arrivals');
  return { title: t('linkTitle'), robots: { index: false } };
}

export default async function Page() {
  return (
    <Texts messages={await textsOf('arrivals', 'problems')}>
      <ArrivedForm />
    </Texts>
  );
}
