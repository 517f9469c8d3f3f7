'use client';
import type { DeviceWithCredential } from '@hikyaku/contracts';
import { Button, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { KEEP_OLD_USUALLY, KeepOldSelect } from './keep-old-select.tsx';
import type { useRotateCredential } from './queries.ts';

interface RotateFormProps {
  rotate: ReturnType<typeof useRotateCredential>;
  onRotated: (fresh: DeviceWithCredential) => void;
}

export function RotateForm({ rotate, onRotated }: RotateFormProps) {
  const t = useTranslations('credentials');
  const [minutes, setMinutes] = useState(KEEP_OLD_USUALLY);
  return (
    <Card title={t('rotateTitle')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('rotateText')}</p>
        <KeepOldSelect minutes={minutes} onChange={setMinutes} />
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
