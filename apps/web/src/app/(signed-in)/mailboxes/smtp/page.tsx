import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SmtpPage } from '../../../../features/mailboxes/smtp-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('smtp');
  return { title: t('title') };
}

export default function Page() {
  return <SmtpPage />;
}
