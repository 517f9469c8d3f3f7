'use client';
import { useTranslations } from 'next-intl';
import { useEffect } from 'react';

/** The tab's title, for pages whose name is known only with their data. */
export function PageTitle({ children }: { children: string }) {
  const brand = useTranslations('shell')('brand');
  useEffect(() => {
    document.title = `${children} · ${brand}`;
  }, [children, brand]);
  return null;
}
