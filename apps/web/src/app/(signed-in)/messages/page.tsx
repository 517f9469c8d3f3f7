import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { MessagesPage } from '../../../features/messages/messages-page.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('messages');
  return { title: t('title') };
}

export default function Page() {
  return <MessagesPage />;
}
