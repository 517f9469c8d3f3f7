'use client';
import type { Device } from '@hikyaku/contracts';
import { Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useState } from 'react';
import { useDates } from '../../i18n/use-dates.ts';
import { ArrivalQuestion } from '../arrivals/arrival-question.tsx';
import { useFieldLabel } from '../devices/use-field-label.ts';
import { MessageCards } from '../messages/message-cards.tsx';
import { useMessages } from '../messages/queries.ts';
import { useNewcomers } from '../messages/use-newcomers.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { DiagnosisCard } from './diagnosis-card.tsx';
import { fieldOfDiagnosis } from './field-of-diagnosis.ts';
import { LightRow } from './light-row.tsx';
import { lightsOf, repeatsOf } from './lights.ts';
import { useSessions, useWatch } from './queries.ts';
import { SilenceCard } from './silence-card.tsx';

/** After that long without a sign the page says what the causes may be. */
const SILENCE_MS = 60_000;
/** The clocks of page and relay differ a little; a dialogue that began before the page was opened is still shown. */
const EARLIER_MS = 5_000;
const SHOWN = 3;

interface LiveCheckProps {
  device: Device;
  /** The password while the page still shows it. */
  password: string | null;
  host: string;
  /** The port that the card names, and the one to try after it. */
  port: number;
  nextPort: number | null;
}

/** Shows live what the device is doing while its owner presses "test", and where it stops. */
export function LiveCheck({ device, password, host, port, nextPort }: LiveCheckProps) {
  const t = useTranslations('live');
  const dates = useDates();
  const labelOf = useFieldLabel(device.family);
  const [since] = useState(() => new Date(Date.now() - EARLIER_MS).toISOString());
  const [isSilent, setIsSilent] = useState(false);
  useWatch(device.id, useCanEdit());
  const { data } = useSessions(device.id);
  // What was before this page was opened is not what its reader is waiting for.
  const sessions = useMemo(() => data?.items.filter(({ startedAt }) => startedAt >= since) ?? [], [data, since]);
  const { data: mails } = useMessages({ deviceId: device.id }, SHOWN);
  const newest = useMemo(() => mails?.pages[0]?.items ?? [], [mails]);
  const isNew = useNewcomers(mails && newest, device.id);
  const messages = newest.filter(isNew);
  const [last] = sessions;
  const diagnosis = last?.diagnosis;
  const hasSign = last !== undefined || messages.length > 0;

  useEffect(() => {
    if (hasSign) return;
    const timer = setTimeout(() => setIsSilent(true), SILENCE_MS);
    return () => clearTimeout(timer);
  }, [hasSign]);

  const field = diagnosis ? fieldOfDiagnosis(diagnosis) : null;
  // What the page knows better than the dialogue, which never holds a password.
  const known = field === 'password' ? password : field === 'username' ? device.username : null;
  return (
    <Card className="max-lg:p-4">
      <h2 className="mb-3 text-base lg:text-lg">{hasSign ? t('title') : t('waiting')}</h2>
      <LightRow
        lights={lightsOf(last ?? null, messages[0] ?? null)}
        details={{
          connected: last ? [last.address, '→', last.port, '·', dates.short(last.startedAt)].join(' ') : null,
          encrypted: last?.tls?.split(' ')[0] ?? null,
          login: last?.username ?? null,
        }}
      />
      <div className="mt-4 grid gap-4 empty:hidden">
        {last && diagnosis && diagnosis.severity !== 'ok' ? (
          <DiagnosisCard
            sessionId={last.id}
            diagnosis={diagnosis}
            repeats={repeatsOf(sessions)}
            field={field && labelOf(field)}
            known={known}
          />
        ) : null}
        {isSilent && !hasSign ? <SilenceCard host={host} port={port} nextPort={nextPort} /> : null}
        {messages.length ? <MessageCards messages={messages} isNew={isNew} /> : null}
        {messages[0]?.state === 'sent' ? <ArrivalQuestion message={messages[0]} /> : null}
      </div>
    </Card>
  );
}
