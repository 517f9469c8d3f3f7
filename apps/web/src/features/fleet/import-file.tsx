'use client';
import { Button, buttonClass, Card } from '@hikyaku/ui';
import { Upload } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { headings } from './fleet-columns.ts';
import type { FileTrouble } from './use-import-file.ts';

interface ImportFileProps {
  trouble: FileTrouble | null;
  isDisabled: boolean;
  onChoose: (file: File) => void;
}

/** The choice of a file, and why one cannot be read. */
export function ImportFile({ trouble, isDisabled, onChoose }: ImportFileProps) {
  const t = useTranslations('fleet');
  const locale = useLocale();
  return (
    <Card title={t('fileTitle')}>
      <div className="grid gap-4">
        <p className="text-ink-soft">{t('fileText')}</p>
        <div className="flex flex-wrap gap-3">
          <label className={buttonClass('primary', 'md', 'has-focus-visible:outline-3 has-focus-visible:outline-ai')}>
            <Upload aria-hidden="true" className="size-5" />
            {t('fileChoose')}
            <input
              type="file"
              accept=".csv,.txt,.tsv,text/csv,text/plain"
              disabled={isDisabled}
              className="sr-only"
              onChange={({ target }) => {
                const [file] = target.files ?? [];
                if (file) onChoose(file);
                // The same file once more, corrected meanwhile, is a choice, too.
                target.value = '';
              }}
            />
          </label>
          <Button tone="secondary" onClick={() => saveFile('hikyaku-devices.csv', writeCsv([headings(locale)]))}>
            {t('template')}
          </Button>
        </div>
        {trouble ? (
          <p role="alert" className="text-bad wrap-anywhere">
            {t(`fileTrouble.${trouble.kind}`, { names: headings(locale).join(', '), line: trouble.line ?? 0 })}
          </p>
        ) : null}
      </div>
    </Card>
  );
}
