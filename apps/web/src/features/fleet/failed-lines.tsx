'use client';
import { Button } from '@hikyaku/ui';
import { useFormatter, useTranslations } from 'next-intl';
import { useState } from 'react';
import { useProblemText } from '../../i18n/use-problem-text.ts';
import { NAMES_LIST } from './names-list.ts';
import type { ImportProgress } from './run-import.ts';

/** Named at first for each reason; two thousand may fail for one. */
const NAMED = 8;

/** What could not be done, by the reason. `hasLines`: they are lines of a file. */
export function FailedLines({ failed, hasLines }: { failed: ImportProgress['failed']; hasLines: boolean }) {
  const t = useTranslations('fleet');
  const format = useFormatter();
  const problemText = useProblemText();
  const [isWhole, setIsWhole] = useState(false);
  if (!failed.length) return null;
  const reasons = [...Map.groupBy(failed, ({ code }) => code)];
  const isCut = !isWhole && reasons.some(([, lines]) => lines.length > NAMED);
  return (
    <div className="grid justify-items-start gap-3">
      <p className="font-semibold text-bad">{t('failed', { count: failed.length })}</p>
      <ul className="grid gap-3">
        {reasons.map(([code, lines]) => {
          const named = isWhole ? lines : lines.slice(0, NAMED);
          const names = named.map(({ line, name }) => (hasLines ? t('lineOf', { line, name }) : name));
          const text = format.list(names, NAMES_LIST);
          const rest = lines.length - named.length;
          return (
            <li key={code} className="grid gap-1 wrap-anywhere">
              <span className="text-bad">{problemText(code).all}</span>
              <span className="text-ink-soft">{rest ? t('bulkNames', { names: text, count: rest }) : text}</span>
            </li>
          );
        })}
      </ul>
      {isCut ? (
        <Button tone="quiet" size="sm" onClick={() => setIsWhole(true)}>
          {t('showAll', { count: failed.length })}
        </Button>
      ) : null}
    </div>
  );
}
