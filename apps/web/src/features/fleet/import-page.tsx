'use client';
import { buttonClass, PageHeader } from '@hikyaku/ui';
import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useMemo, useRef, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { BackToDevices } from '../devices/back-to-devices.tsx';
import { useGroups } from '../groups/queries.ts';
import { useMailboxes } from '../mailboxes/queries.ts';
import { useCanEdit } from '../session/me-context.tsx';
import { LoadFailed } from '../shell/load-failed.tsx';
import { ImportFile } from './import-file.tsx';
import { ImportPreview } from './import-preview.tsx';
import { ImportResult } from './import-result.tsx';
import { type ImportPlan, planImport } from './plan-import.ts';
import { type ImportProgress, NOTHING_DONE, runImport } from './run-import.ts';
import { useFleet } from './use-fleet.ts';
import { useImportFile } from './use-import-file.ts';

/** Devices from a spreadsheet: look first what would happen, then do it, then take the login data along. */
export function ImportPage() {
  const t = useTranslations('fleet');
  const common = useTranslations('common');
  const client = useQueryClient();
  const canEdit = useCanEdit();
  const { pages, isWhole, error, refetch } = useFleet();
  const { data: mailboxes } = useMailboxes();
  const { data: groups } = useGroups();
  const { file, trouble, choose } = useImportFile();
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
  const plan = useMemo(() => {
    if (!(file && isWhole && pages && mailboxes && groups) || progress) return null;
    const devices = pages.flatMap(({ items }) => items);
    return planImport(file.rows, { devices, mailboxes: mailboxes.items, groups: groups.items }, file.rules);
  }, [file, isWhole, pages, mailboxes, groups, progress]);
  const hasNoName = file !== null && isReady && !progress && plan === null;
  const run = async ({ lines }: ImportPlan) => {
    setProgress(NOTHING_DONE);
    setProgress(await runImport(lines, setProgress, () => isGone.current));
    setIsEnded(true);
    await client.invalidateQueries({ queryKey: keys.devices });
  };

  return (
    <>
      <div className="no-print">
        <PageHeader back={<BackToDevices />} title={t('importTitle')} lead={t('importLead')} />
      </div>
      {error && !pages ? <LoadFailed error={error} onRetry={refetch} /> : null}
      {canEdit ? null : <p className="text-ink-soft">{common('viewerHint')}</p>}
      <div className="grid max-w-4xl gap-6">
        {progress ? (
          <ImportResult progress={progress} isEnded={isEnded} />
        ) : (
          <ImportFile
            trouble={hasNoName ? { kind: 'noName' } : trouble}
            isDisabled={!canEdit || !isReady}
            onChoose={(chosen) => void choose(chosen)}
          />
        )}
        {file && plan ? (
          <ImportPreview key={file.name} plan={plan} fileName={file.name} onRun={() => void run(plan)} />
        ) : null}
        {isEnded ? (
          <Link href="/devices" className={buttonClass('secondary', 'md', 'no-print justify-self-start')}>
            {t('toDevices')}
          </Link>
        ) : null}
      </div>
    </>
  );
}
