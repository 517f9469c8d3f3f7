import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { MailboxesPage } from '../../../features/mailboxes/mailboxes-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('mailboxes');
  return { title: t('title') };
}

export default function Page() {
  return <MailboxesPage />;
}
