'use client';
import { Badge, Button, Card } from '@hikyaku/ui';
import dynamic from 'next/dynamic';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { canUsePasskeys } from './can-use-passkeys.ts';
import { PasskeyRow } from './passkey-row.tsx';
import { usePasskeys } from './queries.ts';

const AddPasskey = dynamic(() => import('./add-passkey.tsx').then((module) => module.AddPasskey));

/** The passkeys that a person signs in by, and the way to one more. Only below `SignedIn`, which stands in browsers alone. */
export function PasskeysCard() {
  const t = useTranslations('passkeys');
  const { data, error } = usePasskeys();
  const [isAdding, setIsAdding] = useState(false);
  const hasSome = Boolean(data?.length);
  return (
    <Card title={t('title')} action={hasSome ? <Badge tone="ok">{t('isOn')}</Badge> : null}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('text')}</p>
        <ProblemNotice error={error} />
        {hasSome ? (
          <ul className="divide-y divide-line">
            {data?.map((passkey) => (
              <PasskeyRow key={passkey.id} passkey={passkey} />
            ))}
          </ul>
        ) : null}
        {isAdding ? (
          <AddPasskey onClose={() => setIsAdding(false)} />
        ) : canUsePasskeys() ? (
          <Button tone="secondary" onClick={() => setIsAdding(true)} className="justify-self-start max-sm:w-full">
            {t('add')}
          </Button>
        ) : (
          <p className="text-sm text-ink-soft">{t('notHere')}</p>
        )}
      </div>
    </Card>
  );
}
