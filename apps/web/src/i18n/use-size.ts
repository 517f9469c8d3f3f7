'use client';
import { useFormatter, useTranslations } from 'next-intl';

/** Bytes in words: `1.2 MB`. */
export function useSize(): (sizeBytes: number) => string {
  const t = useTranslations('common');
  const format = useFormatter();
  return (sizeBytes) => {
    if (sizeBytes < 1000) return t('bytes', { size: String(sizeBytes), unit: 'B' });
    const isMega = sizeBytes >= 1_000_000;
    const size = format.number(sizeBytes / (isMega ? 1_000_000 : 1000), { maximumFractionDigits: isMega ? 1 : 0 });
    return t('bytes', { size, unit: isMega ? 'MB' : 'KB' });
  };
}
