'use client';
import { Button, Card, Notice } from '@hikyaku/ui';
import { Download, KeyRound, Printer } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { PrintedCards } from '../cards/printed-cards.tsx';
import { useUnseenGuard } from '../devices/use-unseen-guard.ts';
import { credentialTable } from './fleet-columns.ts';
import type { ImportProgress } from './run-import.ts';

interface ImportResultProps {
  progress: ImportProgress;
  isEnded: boolean;
}

/** How far the import is, what failed, and the login data: once. */
export function ImportResult({ progress, isEnded }: ImportResultProps) {
  const t = useTranslations('fleet');
  const credentials = useTranslations('credentials');
  const problemText = useProblemText();
  const [isSaved, setIsSaved] = useState(false);
  const { done, total, issued, failed } = progress;
  useUnseenGuard(!isEnded || (issued.length > 0 && !isSaved));
  const save = () => {
    const names = [
      t('credentialName'),
      credentials('host'),
      t('credentialPort'),
      t('credentialPortTls'),
      credentials('username'),
      t('credentialLogin'),
      credentials('password'),
    ];
    saveFile('hikyaku-logins.csv', writeCsv(credentialTable(issued, names)));
    setIsSaved(true);
  };
  const print = () => {
    setIsSaved(true);
    window.print();
  };
  return (
    <>
      {isEnded ? <PrintedCards cards={issued} /> : null}
      <Card className="no-print" title={isEnded ? t('endedTitle') : t('runningTitle')}>
        <div className="grid gap-4">
          <p aria-live="polite" className="tabular-nums">
            {isEnded ? t('ended', { done: done - failed.length, total }) : t('progress', { done, total })}
          </p>
          <progress value={done} max={total || 1} aria-label={t('runningTitle')} className="h-3 w-full accent-ai" />
          {failed.length ? (
            <ul className="grid gap-1 text-bad">
              {failed.map(({ line, name, code }) => (
                <li key={line}>
                  {t('line', { line })} · {name}: {problemText(code).what}
                </li>
              ))}
            </ul>
          ) : null}
          {isEnded && issued.length ? (
            <Notice
              tone="warn"
              icon={<KeyRound aria-hidden="true" className="size-5" />}
              title={t('credentialsTitle', { count: issued.length })}
            >
              <p>{t('credentialsText')}</p>
              <div className="mt-3 flex flex-wrap gap-3">
                <Button onClick={save}>
                  <Download aria-hidden="true" className="size-5" />
                  {t('credentialsSave')}
                </Button>
                <Button tone="secondary" onClick={print}>
                  <Printer aria-hidden="true" className="size-5" />
                  {t('credentialsPrint')}
                </Button>
              </div>
            </Notice>
          ) : null}
        </div>
      </Card>
    </>
  );
}
