'use client';
import { Button, CopyField, Notice } from '@hikyaku/ui';
import { Download, KeyRound } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { saveFile } from '../../csv/save-file.ts';

/** Codes for the day on which the app is lost: shown here, once. */
export function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useTranslations('secondStep');
  const common = useTranslations('common');
  const text = codes.join('\n');
  return (
    <div className="grid gap-4">
      <Notice tone="warn" icon={<KeyRound aria-hidden="true" className="size-5" />} title={t('codesTitle')}>
        {t('codesText')}
      </Notice>
      <CopyField label={t('codes')} value={text} copyLabel={common('copy')} copiedLabel={common('copied')} />
      <div className="flex flex-wrap gap-3">
        <Button onClick={onClose} className="max-sm:w-full">
          {t('codesDone')}
        </Button>
        <Button
          tone="secondary"
          onClick={() => saveFile('hikyaku-recovery-codes.txt', `${text}\n`, 'text/plain')}
          className="max-sm:w-full"
        >
          <Download aria-hidden="true" className="size-4.5" />
          {t('codesSave')}
        </Button>
      </div>
    </div>
  );
}
