'use client';
import { Button } from '@hikyaku/ui';
import { Download } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { useState } from 'react';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { ProblemNotice } from '../shell/problem-notice.tsx';
import { exportAll } from './export-all.ts';

/** Devices and log as files, with how far it is. */
export function ExportButton() {
  const t = useTranslations('settings');
  const locale = useLocale();
  const [rows, setRows] = useState<number | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isDone, setIsDone] = useState(false);
  const run = async () => {
    setError(null);
    setRows(0);
    try {
      const { devices, log } = await exportAll(locale, setRows);
      saveFile('hikyaku-devices.csv', writeCsv(devices));
      saveFile('hikyaku-log.csv', writeCsv(log));
      setIsDone(true);
    } catch (thrown) {
      setError(thrown as Error);
    } finally {
      setRows(null);
    }
  };
  return (
    <>
      <ProblemNotice error={error} />
      <div className="flex flex-wrap items-center gap-4">
        <Button tone="secondary" isBusy={rows !== null} onClick={() => void run()} className="max-sm:w-full">
          <Download aria-hidden="true" className="size-4.5" />
          {t('exportButton')}
        </Button>
        <p aria-live="polite" className="text-ink-soft">
          {rows !== null ? t('exportRows', { count: rows }) : isDone ? t('exportDone') : ''}
        </p>
      </div>
    </>
  );
}
