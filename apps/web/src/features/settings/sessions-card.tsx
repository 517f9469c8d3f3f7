'use client';
import { Badge, Button, Card, useToast } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { Ago } from '../../i18n/ago.tsx';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { browserName } from './browser-name.ts';
import { useEndOtherSessions, useEndSession, useSignIns } from './sign-in-queries.ts';

/** Where the person is signed in, this browser first; each of the others can be ended. */
export function SessionsCard() {
  const t = useTranslations('settings');
  const showToast = useToast();
  const { data, error } = useSignIns();
  const endOne = useEndSession();
  const endOthers = useEndOtherSessions();
  const ended = { onSuccess: () => showToast('ok', t('sessionEnded')) };
  return (
    <Card title={t('sessionsTitle')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('sessionsText')}</p>
        <ProblemNotice error={error ?? endOne.error ?? endOthers.error} />
        <ul className="divide-y divide-line">
          {data?.map(({ id, token, ipAddress, userAgent, updatedAt, isHere }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <div className="mr-auto grid min-w-0 gap-0.5">
                <span className="font-semibold wrap-anywhere">{browserName(userAgent) ?? t('sessionUnknown')}</span>
                <span className="text-sm wrap-anywhere text-ink-soft">
                  {ipAddress ? `${ipAddress} · ` : ''}
                  <Ago at={updatedAt} />
                </span>
              </div>
              {isHere ? (
                <Badge tone="info">{t('sessionHere')}</Badge>
              ) : (
                <Button
                  tone="secondary"
                  size="sm"
                  isBusy={endOne.isPending && endOne.variables === token}
                  onClick={() => endOne.mutate(token, ended)}
                >
                  {t('sessionEnd')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {data && data.length > 1 ? (
          <Button
            tone="secondary"
            isBusy={endOthers.isPending}
            onClick={() => endOthers.mutate(undefined, ended)}
            className="justify-self-start max-sm:w-full"
          >
            {t('sessionsEndOthers')}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}
