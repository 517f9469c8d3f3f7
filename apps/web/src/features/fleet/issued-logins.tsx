'use client';
import { Button, Notice } from '@hikyaku/ui';
import { Download, KeyRound, Printer } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { saveFile } from '../../csv/save-file.ts';
import { writeCsv } from '../../csv/write-csv.ts';
import { credentialTable } from './fleet-columns.ts';
import type { IssuedLogin } from './run-import.ts';

interface IssuedLoginsProps {
  issued: readonly IssuedLogin[];
  /** A copy of them was made. */
  onSaved: () => void;
}

/** Logins of many devices, once: as a file, or as the cards that `PrintedCards` has on the same page. */
export function IssuedLogins({ issued, onSaved }: IssuedLoginsProps) {
  const t = useTranslations('fleet');
  const credentials = useTranslations('credentials');
  const save = () => {
    const names = [
      t('credentialName'),
      t('credentialSite'),
      credentials('host'),
      t('credentialPort'),
      t('credentialPortTls'),
      credentials('username'),
      t('credentialLogin'),
      credentials('password'),
    ];
    saveFile('hikyaku-logins.csv', writeCsv(credentialTable(issued, names)));
    onSaved();
  };
  const print = () => {
    onSaved();
    window.print();
  };
  return (
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
  );
}
