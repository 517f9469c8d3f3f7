'use client';
import type { BounceAddress } from '@hikyaku/contracts';
import { Button, Card, CopyField } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { useBounceAddress, useRenewBounceAddress } from './queries.ts';

/** The address to which a mailbox forwards what came back, and how its owner makes the rule. Nothing where this relay has none. */
export function BounceCard() {
  const t = useTranslations('bounces');
  const { data } = useBounceAddress();
  const canEdit = useCanEdit();
  const { mutate, isPending, error } = useRenewBounceAddress();
  if (!data?.isOffered) return null;
  return (
    <Card title={t('title')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('text')}</p>
        <ProblemNotice error={error} />
        {data.address ? <Rules bounces={data} address={data.address} /> : null}
        {canEdit ? (
          <div className="grid justify-items-start gap-1.5">
            <Button tone="secondary" isBusy={isPending} className="max-sm:w-full" onClick={() => mutate()}>
              {t(data.address ? 'renew' : 'make')}
            </Button>
            {data.address ? <p className="text-sm text-ink-soft">{t('renewHint')}</p> : null}
          </div>
        ) : null}
      </div>
    </Card>
  );
}

function Rules({ bounces, address }: { bounces: BounceAddress; address: string }) {
  const t = useTranslations('bounces');
  const common = useTranslations('common');
  const dates = useDates();
  const { forwardCode, lastReportAt } = bounces;
  return (
    <>
      <CopyField label={t('address')} value={address} copyLabel={common('copy')} copiedLabel={common('copied')} />
      <p>{lastReportAt ? t('lastReport', { when: dates.short(lastReportAt) }) : t('noReport')}</p>
      {forwardCode ? (
        <div className="grid gap-1 rounded-md border border-line bg-sunken p-4">
          <p>
            {forwardCode.mailbox ? t('codeFor', { mailbox: forwardCode.mailbox }) : t('codeForAny')}{' '}
            <span className="font-mono font-semibold">{forwardCode.code}</span>
          </p>
          <p className="text-sm text-ink-soft">{t('codeHint')}</p>
        </div>
      ) : null}
      {(['outlook', 'gmail'] as const).map((service) => (
        <details key={service} className="rounded-md border border-line">
          <summary className="min-h-11 cursor-pointer px-4 py-2.5 font-semibold">{t(`${service}.title`)}</summary>
          <ol className="grid list-decimal gap-1.5 px-4 pb-4 pl-9">
            {(['one', 'two', 'three', 'four'] as const).map((step) => (
              <li key={step}>{t(`${service}.${step}`)}</li>
            ))}
          </ol>
        </details>
      ))}
    </>
  );
}
