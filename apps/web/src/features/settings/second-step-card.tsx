'use client';
import { Badge, Button, Card } from '@hikyaku/ui';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useMe } from '../session/me-context.tsx';
import type { SecondStepPurpose } from './second-step-flow.tsx';

// With its code for a phone's camera: few open it, and once.
const SecondStepFlow = dynamic(() => import('./second-step-flow.tsx').then((module) => module.SecondStepFlow));

/** Whether a code is asked for at sign-in, and the ways to change that. */
export function SecondStepCard() {
  const t = useTranslations('secondStep');
  const { hasSecondStep } = useMe();
  const [purpose, setPurpose] = useState<SecondStepPurpose | null>(null);
  const button = (one: SecondStepPurpose, text: string) => (
    <Button tone="secondary" onClick={() => setPurpose(one)} className="justify-self-start max-sm:w-full">
      {text}
    </Button>
  );
  return (
    <Card title={t('title')} action={hasSecondStep ? <Badge tone="ok">{t('isOn')}</Badge> : null}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t(hasSecondStep ? 'textOn' : 'textOff')}</p>
        {purpose ? (
          <SecondStepFlow purpose={purpose} onClose={() => setPurpose(null)} />
        ) : hasSecondStep ? (
          <div className="flex flex-wrap gap-3">
            {button('renew', t('renew'))}
            {button('end', t('end'))}
          </div>
        ) : (
          button('start', t('start'))
        )}
      </div>
    </Card>
  );
}
