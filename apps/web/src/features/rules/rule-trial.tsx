'use client';
import type { RuleTrial as Trial } from '@hikyaku/contracts';
import { Badge, Notice } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';

/** What the rules on the page would have done with the newest mails. */
export function RuleTrial({ trial }: { trial: Trial }) {
  const t = useTranslations('rules');
  const messages = useTranslations('messages');
  const dates = useDates();
  const hits = trial.mails.filter(({ hit }) => hit !== null).length;
  if (trial.mails.length === 0) return <Notice title={t('tryNoMails')} />;
  return (
    <section className="grid gap-3" aria-live="polite">
      <h3 className="text-base">{t('tryTitle', { hits, count: trial.mails.length })}</h3>
      {trial.subjectsHidden ? <p className="text-sm text-ink-soft">{t('tryHidden')}</p> : null}
      <ul className="grid divide-y divide-line">
        {trial.mails.map(({ id, subject, recipients, acceptedAt, hit }) => (
          <li key={id} className="grid grid-cols-[7rem_1fr] items-baseline gap-x-3 gap-y-1 py-2">
            <time dateTime={acceptedAt} className="text-sm text-ink-soft tabular-nums">
              {dates.short(acceptedAt)}
            </time>
            <span className="min-w-0 break-words" title={recipients.join(', ')}>
              {subject ?? messages('noSubject')}
            </span>
            <span className="col-start-2 justify-self-start">
              {hit ? (
                <Badge tone={hit.action === 'drop' || hit.action === 'heartbeat' ? 'warn' : 'info'}>
                  {t(hit.of === 'device' ? 'hit' : 'hitSite', {
                    number: hit.number,
                    action: t(`actions.${hit.action}`),
                  })}
                </Badge>
              ) : (
                <span className="text-sm text-ink-soft">{t('noHit')}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
