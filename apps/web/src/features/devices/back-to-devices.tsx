'use client';
import { ChevronLeft } from 'lucide-react';
import Link from 'next/link';
import { useTranslations } from 'next-intl';

export function BackToDevices() {
  const t = useTranslations('devices');
  return (
    <Link
      href="/devices"
      className="no-print inline-flex min-h-11 w-fit items-center gap-1 rounded-md font-semibold text-ai no-underline"
    >
      <ChevronLeft aria-hidden="true" className="size-5" />
      {t('back')}
    </Link>
  );
}
