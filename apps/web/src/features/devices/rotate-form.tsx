'use client';
import type { DeviceWithCredential } from '@hikyaku/contracts';
import { Button, Card, Field, Select } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import type { useRotateCredential } from './queries.ts';

const KEEP_CHOICES = [
  { minutes: 0, key: 'rotateNow' },
  { minutes: 60, key: 'rotateHour' },
  { minutes: 1440, key: 'rotateDay' },
  { minutes: 10_080, key: 'rotateWeek' },
] as const;

interface RotateFormProps {
  rotate: ReturnType<typeof useRotateCredential>;
  onRotated: (fresh: DeviceWithCredential) => void;
}

export function RotateForm({ rotate, onRotated }: RotateFormProps) {
  const t = useTranslations('credentials');
  const [minutes, setMinutes] = useState(1440);
  return (
    <Card title={t('rotateTitle')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('rotateText')}</p>
        <Field label={t('rotateKeep')}>
          <Select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
            {KEEP_CHOICES.map((choice) => (
              <option key={choice.minutes} value={choice.minutes}>
                {t(choice.key)}
              </option>
            ))}
          </Select>
        </Field>
        <ProblemNotice error={rotate.error} />
        <Button
          tone="secondary"
          isBusy={rotate.isPending}
          onClick={() => rotate.mutate(minutes, { onSuccess: onRotated })}
          className="justify-self-start max-sm:w-full"
        >
          {t('rotateConfirm')}
        </Button>
      </div>
    </Card>
  );
}
