'use client';
import { Button } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

/** A provider's acceptance is no mail in the inbox: only the reader can see that. */
export function ArrivalQuestion({ address }: { address: string }) {
  const t = useTranslations('live');
  const [answer, setAnswer] = useState<'yes' | 'no' | null>(null);
  if (answer === 'yes') return <p className="font-semibold text-ok">{t('arrivedYes')}</p>;
  return (
    <div className="grid gap-3">
      <p className="font-semibold">{t('arrivedQuestion')}</p>
      <div className="flex gap-3">
        <Button onClick={() => setAnswer('yes')}>{t('yes')}</Button>
        <Button tone="secondary" onClick={() => setAnswer('no')}>
          {t('no')}
        </Button>
      </div>
      {answer === 'no' ? (
        <ol aria-live="polite" className="grid list-decimal gap-1 pl-5 text-ink-soft">
          <li>{t('arrivedJunk')}</li>
          <li>{t('arrivedFilter', { address })}</li>
          <li>{t('arrivedRecipient')}</li>
        </ol>
      ) : null}
    </div>
  );
}
