'use client';
import { Card, Notice } from '@hikyaku/ui';
import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { PrintedCards } from '../cards/printed-cards.tsx';
import { useUnseenGuard } from '../devices/use-unseen-guard.ts';
import { FailedLines } from './failed-lines.tsx';
import { IssuedLogins } from './issued-logins.tsx';
import type { ImportProgress } from './run-import.ts';

interface ImportResultProps {
  progress: ImportProgress;
  isEnded: boolean;
}

/** How far the import is, what failed, and the login data: once. */
export function ImportResult({ progress, isEnded }: ImportResultProps) {
  const t = useTranslations('fleet');
  const problemText = useProblemText();
  const [isSaved, setIsSaved] = useState(false);
  const { done, total, issued, failed, stoppedBy, isWaiting } = progress;
  useUnseenGuard(!isEnded || (issued.length > 0 && !isSaved));
  return (
    <>
      {isEnded ? <PrintedCards cards={issued} /> : null}
      <Card className="no-print" title={t(!isEnded ? 'runningTitle' : stoppedBy ? 'stoppedTitle' : 'endedTitle')}>
        <div className="grid gap-4">
          <p aria-live="polite" className="tabular-nums">
            {isEnded ? t('ended', { done: done - failed.length, total }) : t('progress', { done, total })}
          </p>
          <progress
            value={done}
            max={total || 1}
            aria-label={t('runningTitle')}
            className="h-3 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-ai [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-ai"
          />
          {isEnded ? null : <p className="text-ink-soft">{t('stay')}</p>}
          {isWaiting && !isEnded ? <p role="status">{t('waitsForLine')}</p> : null}
          {isEnded && stoppedBy ? (
            <Notice
              isAlert
              tone="bad"
              icon={<TriangleAlert aria-hidden="true" className="size-5" />}
              title={t('stoppedLeft', { count: total - done })}
            >
              <p>{problemText(stoppedBy).all}</p>
              <p>{t('stoppedText')}</p>
            </Notice>
          ) : null}
          <FailedLines failed={failed} hasLines />
          {isEnded && issued.length ? <IssuedLogins issued={issued} onSaved={() => setIsSaved(true)} /> : null}
        </div>
      </Card>
    </>
  );
}
