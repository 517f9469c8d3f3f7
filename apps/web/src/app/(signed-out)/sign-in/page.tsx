import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SignInForm } from '../../../features/session/sign-in-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('session');
  return { title: t('signInTitle') };
}

export default function Page() {
  return <SignInForm />;
}
