'use client';
import { Button, Card } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PrintedCards } from '../cards/printed-cards.tsx';
import { useUnseenGuard } from '../devices/use-unseen-guard.ts';
import { IssuedLogins } from './issued-logins.tsx';
import type { IssuedLogin } from './run-import.ts';

/** New logins of devices that are there, above their list; it goes when they were taken along. */
export function IssuedPanel({ issued, onClose }: { issued: readonly IssuedLogin[]; onClose: () => void }) {
  const common = useTranslations('common');
  const [isSaved, setIsSaved] = useState(false);
  useUnseenGuard(!isSaved);
  return (
    <>
      <PrintedCards cards={issued} />
      <Card className="no-print mb-6">
        <div className="grid gap-4">
          <IssuedLogins issued={issued} onSaved={() => setIsSaved(true)} />
          <Button tone="secondary" disabled={!isSaved} onClick={onClose} className="justify-self-start">
            {common('close')}
          </Button>
        </div>
      </Card>
    </>
  );
}
