import type { Metadata } from 'next';
import { getTranslations } from 'next-intl/server';
import { SignUpForm } from '../../../features/session/sign-up-form.tsx';

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('session');
  return { title: t('signUpTitle') };
}

export default function Page() {
  return <SignUpForm />;
}
