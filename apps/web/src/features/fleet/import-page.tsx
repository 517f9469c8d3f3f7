'use client';
import { Button, buttonClass, Card, PageHeader } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import Link from 'next/link';
import { useLocale, useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { decodeCsv, readCsv } from '../../csv/read-csv.ts';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { BackToDevices } from '../devices/back-to-devices.tsx';
import { useGroups } from '../groups/queries.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { headings } from './fleet-columns.ts';
import { ImportPreview } from './import-preview.tsx';
import { ImportResult } from './import-result.tsx';
import { planImport } from './plan-import.ts';
import { type ImportProgress, runImport } from './run-import.ts';
import { useFleet } from './use-fleet.ts';

/** Largest file that is read: 5,000 lines with all their recipients. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Devices from a spreadsheet: look first what would happen, then do it, then take the login data along. */
export function ImportPage() {
  const t = useTranslations('fleet');
  const locale = useLocale();
  const client = useQueryClient();
  const canEdit = useCanEdit();
  const { pages, isWhole, error, refetch } = useFleet();
  const { data: mailboxes } = useMailboxes();
  const { data: groups } = useGroups();
  const [rows, setRows] = useState<ReturnType<typeof readCsv> | null>(null);
  const [isTooLarge, setIsTooLarge] = useState(false);
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const [isEnded, setIsEnded] = useState(false);
  const isGone = useRef(false);
  useEffect(() => {
    isGone.current = false;
    return () => {
      isGone.current = true;
    };
  }, []);

  const isReady = isWhole && mailboxes !== undefined && groups !== undefined;
  const devices = pages?.flatMap(({ items }) => items) ?? [];
  const plan =
    rows && isReady && !progress
      ? planImport(rows, { devices, mailboxes: mailboxes.items, groups: groups.items })
      : null;
  const read = async (file: File | undefined) => {
    setIsTooLarge(false);
    if (!file) return;
    if (file.size > MAX_BYTES) setIsTooLarge(true);
    else setRows(readCsv(decodeCsv(await file.arrayBuffer())));
  };
  const run = async () => {
    if (!plan) return;
    setProgress({ done: 0, total: 0, issued: [], failed: [] });
    setProgress(await runImport(plan, setProgress, () => isGone.current));
    setIsEnded(true);
    await client.invalidateQueries({ queryKey: keys.devices });
  };

  return (
    <>
      <div className="no-print">
        <PageHeader back={<BackToDevices />} title={t('importTitle')} lead={t('importLead')} />
      </div>
      {error && !pages ? <LoadFailed error={error} onRetry={refetch} /> : null}
      <div className="grid max-w-4xl gap-6">
        {progress ? (
          <ImportResult progress={progress} isEnded={isEnded} />
        ) : (
          <Card title={t('fileTitle')}>
            <div className="grid gap-4">
              <p className="text-ink-soft">{t('fileText')}</p>
              <div className="flex flex-wrap gap-3">
                <label
                  className={buttonClass('primary', 'md', 'has-focus-visible:outline-3 has-focus-visible:outline-ai')}
                >
                  <Upload aria-hidden="true" className="size-5" />
                  {t('fileChoose')}
                  <input
                    type="file"
                    accept=".csv,text/csv"
                    disabled={!canEdit || !isReady}
                    className="sr-only"
                    onChange={(event) => void read(event.target.files?.[0])}
                  />
                </label>
                <Button tone="secondary" onClick={() => saveFile('hikyaku-devices.csv', writeCsv([headings(locale)]))}>
                  {t('template')}
                </Button>
              </div>
              {isTooLarge ? <p role="alert">{t('fileTooLarge')}</p> : null}
              {rows && isReady && !plan ? (
                <p role="alert" className="text-bad">
                  {t('noNameColumn', { names: headings(locale).join(', ') })}
                </p>
              ) : null}
            </div>
          </Card>
        )}
        {plan ? <ImportPreview plan={plan} onRun={() => void run()} /> : null}
        {isEnded ? (
          <Link href="/devices" className={buttonClass('secondary', 'md', 'no-print justify-self-start')}>
            {t('toDevices')}
          </Link>
        ) : null}
      </div>
    </>
  );
}
