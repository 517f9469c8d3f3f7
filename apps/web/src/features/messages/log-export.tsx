'use client';
import { Button, useToast } from '@hikyaku/ui';
import { Download } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { problemCode } from '../../api/problem.ts';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import type { MessageFilter } from './queries.ts';

/** What the filter leaves of the log as a file, with how far it is. What writes it is fetched when it is asked for. */
export function LogExport({ filter }: { filter: MessageFilter }) {
  const t = useTranslations('messages');
  const settings = useTranslations('settings');
  const showToast = useToast();
  const problemText = useProblemText();
  const [rows, setRows] = useState<number | null>(null);
  const run = async () => {
    setRows(0);
    try {
      const [{ exportLog }, { writeCsv }, { saveFile }] = await Promise.all([
        import('./export-log.ts'),
        import('../../csv/write-csv.ts'),
        import('../../csv/save-file.ts'),
      ]);
      saveFile('hikyaku-log.csv', writeCsv(await exportLog(filter, setRows)));
    } catch (thrown) {
      showToast('bad', problemText(problemCode(thrown)).all);
    } finally {
      setRows(null);
    }
  };
  return (
    <Button tone="secondary" size="sm" isBusy={rows !== null} onClick={() => void run()}>
      {rows === null ? <Download aria-hidden="true" className="size-4.5" /> : null}
      <span aria-live="polite">{rows === null ? t('export') : settings('exportRows', { count: rows })}</span>
    </Button>
  );
}
