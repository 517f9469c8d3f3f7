'use client';
import { useToast } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { AppPairing } from './app-pairing.tsx';
import { PasswordStep } from './password-step.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { endSecondStep, renewRecoveryCodes, type SecondStepStart, startSecondStep } from './second-step-requests.ts';

export type SecondStepPurpose = 'start' | 'renew' | 'end';

const SUBMIT = { start: 'goOn', renew: 'renewConfirm', end: 'endConfirm' } as const;
const HINTS = { start: undefined, renew: 'renewHint', end: 'endHint' } as const;

/** The password first; then, on the way in, the app, its first code, and the recovery codes once the step is on. */
export function SecondStepFlow({ purpose, onClose }: { purpose: SecondStepPurpose; onClose: () => void }) {
  const t = useTranslations('secondStep');
  const client = useQueryClient();
  const showToast = useToast();
  const [started, setStarted] = useState<SecondStepStart | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);

  const changed = () => Promise.all([keys.me, keys.signIns].map((queryKey) => client.invalidateQueries({ queryKey })));

  async function prove(password: string) {
    if (purpose === 'start') return setStarted(await startSecondStep(password));
    if (purpose === 'renew') return setCodes((await renewRecoveryCodes(password)).backupCodes);
    await endSecondStep(password);
    await changed();
    showToast('ok', t('ended'));
    onClose();
  }

  if (codes) return <RecoveryCodes codes={codes} onClose={onClose} />;
  if (started) {
    return (
      <AppPairing
        uri={started.totpURI}
        onCancel={onClose}
        onDone={() => {
          setCodes(started.backupCodes);
          void changed();
          showToast('ok', t('done'));
        }}
      />
    );
  }
  const hint = HINTS[purpose];
  return (
    <PasswordStep
      submitLabel={t(SUBMIT[purpose])}
      hint={hint ? t(hint) : undefined}
      onPassword={prove}
      onCancel={onClose}
    />
  );
}
