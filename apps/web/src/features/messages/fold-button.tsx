'use client';
import type { LogEntry } from '@hikyaku/contracts';
import { classNames } from '@hikyaku/ui';
import { ChevronRight } from 'lucide-react';
import { useFormatter, useTranslations } from 'next-intl';
import { EntryName } from './entry-text.tsx';

interface FoldButtonProps {
  /** The newest of the rows. */
  entry: LogEntry;
  count: number;
  isOpen: boolean;
  onToggle: () => void;
}

/** Rows of one kind as one: "Motion ×38". */
export function FoldButton({ entry, count, isOpen, onToggle }: FoldButtonProps) {
  const t = useTranslations('messages');
  const format = useFormatter();
  const number = format.number(count);
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onToggle}
      className="flex max-w-full cursor-pointer items-center gap-1.5 text-left after:absolute after:inset-0"
    >
      <ChevronRight
        aria-hidden="true"
        className={classNames('size-4.5 shrink-0 transition-transform', isOpen && 'rotate-90')}
      />
      <EntryName entry={entry} />
      <span aria-hidden="true" className="shrink-0 font-semibold text-ink-soft">
        ×{number}
      </span>
      <span className="sr-only">{t('folded', { count, number })}</span>
    </button>
  );
}
