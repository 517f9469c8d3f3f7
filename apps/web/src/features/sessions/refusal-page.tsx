'use client';
import type { Session } from '@hikyaku/contracts';
import { buttonClass, Card, Facts, PageHeader, SkeletonRows } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useDevice } from '../devices/queries.ts';
import { useFieldLabel } from '../devices/use-field-label.ts';
import { lastLog } from '../messages/use-message-filter.ts';
import { BackLink } from '../shell/back-link.tsx';
import { ItemLink } from '../shell/item-link.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { DiagnosisCard } from './diagnosis-card.tsx';
import { fieldOfDiagnosis } from './field-of-diagnosis.ts';
import { useSessionLines } from './queries.ts';

/** One dialogue in which a device did not get through: why, and what to set. */
export function RefusalPage({ id }: { id: string }) {
  const common = useTranslations('common');
  const { data: session, error, refetch } = useSessionLines(id, true);
  if (session) return <Refusal session={session} />;
  return error ? <LoadFailed level={1} error={error} onRetry={refetch} /> : <SkeletonRows label={common('loading')} />;
}

function Refusal({ session }: { session: Session }) {
  const t = useTranslations('live');
  const story = useTranslations('story');
  const log = useTranslations('messages');
  const dates = useDates();
  // Of a device that was deleted since, only the dialogue is left.
  const { data: device } = useDevice(session.deviceId);
  const labelOf = useFieldLabel(device?.family ?? null);
  const { diagnosis } = session;
  const field = diagnosis ? fieldOfDiagnosis(diagnosis) : null;
  const title = log('refused');
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <PageHeader
        back={<BackLink href={lastLog()} label={story('back')} />}
        title={title}
        lead={device?.name ?? log('unknownDevice')}
        action={
          device ? (
            <ItemLink href={`/devices/${device.id}/setup`} className={buttonClass()}>
              {t('refusedAction')}
            </ItemLink>
          ) : null
        }
      />
      <div className="grid gap-6">
        {diagnosis ? (
          <DiagnosisCard
            sessionId={session.id}
            diagnosis={diagnosis}
            repeats={1}
            field={field && labelOf(field)}
            known={field === 'username' ? (device?.username ?? null) : null}
          />
        ) : null}
        <Card title={story('factsTitle')}>
          <Facts
            items={[
              {
                label: story('device'),
                value: device ? (
                  <ItemLink href={`/devices/${device.id}`}>{device.name}</ItemLink>
                ) : (
                  log('unknownDevice')
                ),
              },
              { label: t('factTime'), value: dates.full(session.startedAt) },
              { label: t('factFrom'), value: session.address },
              { label: t('factPort'), value: session.port === null ? '–' : String(session.port) },
              { label: t('factTls'), value: session.tls ?? t('factPlain') },
              { label: t('factUser'), value: session.username ?? '–' },
              { label: t('factHello'), value: session.hello ?? '–' },
            ]}
          />
        </Card>
      </div>
    </>
  );
}
