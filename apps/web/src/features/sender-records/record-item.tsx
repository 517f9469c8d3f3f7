'use client';
import type { SenderRecords } from '@hikyaku/contracts';
import { Badge, CopyField, type Tone } from '@hikyaku/ui';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

type State = SenderRecords['spf' | 'dkim' | 'dmarc']['state'];

/** What is right, what nobody can tell from here, and what is to be changed. */
function verdictOf(state: State): { tone: Tone; key: 'good' | 'untold' | 'change' } {
  if (state === 'ok') return { tone: 'ok', key: 'good' };
  if (state === 'unclear' || state === 'unknown') return { tone: 'neutral', key: 'untold' };
  return { tone: 'warn', key: 'change' };
}

interface RecordItemProps {
  title: string;
  state: State;
  text: string;
  record: string | null;
  /** To be copied. */
  wanted: string | null;
  /** The name that the record is of. */
  place: string;
  /** What its owner may add to the question. */
  children?: ReactNode;
}

export function RecordItem({ title, state, text, record, wanted, place, children }: RecordItemProps) {
  const t = useTranslations('records');
  const common = useTranslations('common');
  const { tone, key } = verdictOf(state);
  return (
    <li className="grid gap-2">
      <div className="flex flex-wrap items-center gap-3">
        <h3 className="text-base">{title}</h3>
        <Badge tone={tone}>{t(key)}</Badge>
      </div>
      <p className="break-words">{text}</p>
      {record ? (
        <p className="break-all text-sm text-ink-soft">
          {t('present')} <span className="font-mono">{record}</span>
        </p>
      ) : null}
      {wanted ? (
        <CopyField
          label={t('wanted', { name: place })}
          value={wanted}
          copyLabel={common('copy')}
          copiedLabel={common('copied')}
        />
      ) : null}
      {children}
    </li>
  );
}
