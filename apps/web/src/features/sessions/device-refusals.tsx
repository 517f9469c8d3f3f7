'use client';
import type { Device } from '@hikyaku/contracts';
import { buttonClass, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useDates } from '../../i18n/use-dates.ts';
import { useFieldLabel } from '../devices/use-field-label.ts';
import { ItemLink } from '../shell/item-link.tsx';
import { DiagnosisCard } from './diagnosis-card.tsx';
import { fieldOfDiagnosis } from './field-of-diagnosis.ts';
import { repeatsOf } from './lights.ts';
import { useSessions } from './queries.ts';

interface DeviceRefusalsProps {
  device: Device;
  refusal: NonNullable<Device['refusal']>;
}

/** Why the device does not get through just now, on its own page. */
export function DeviceRefusals({ device, refusal }: DeviceRefusalsProps) {
  const t = useTranslations('live');
  const dates = useDates();
  const labelOf = useFieldLabel(device.family);
  const { data } = useSessions(device.id);
  const failed = data?.items.filter(({ diagnosis }) => diagnosis?.severity === 'error') ?? [];
  const [last] = failed;
  const field = last?.diagnosis ? fieldOfDiagnosis(last.diagnosis) : null;
  return (
    <Card
      title={t('refusedTitle')}
      action={
        <ItemLink href={`/devices/${device.id}/setup`} className={buttonClass('secondary', 'sm')}>
          {t('refusedAction')}
        </ItemLink>
      }
    >
      <p className="mb-3 text-ink-soft">
        {t('refusedText', {
          count: refusal.count,
          since: dates.short(refusal.since),
          last: dates.short(refusal.lastAt),
        })}
      </p>
      {last?.diagnosis ? (
        <DiagnosisCard
          sessionId={last.id}
          diagnosis={last.diagnosis}
          repeats={repeatsOf(failed)}
          field={field && labelOf(field)}
          known={field === 'username' ? device.username : null}
        />
      ) : null}
    </Card>
  );
}
