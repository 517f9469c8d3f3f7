'use client';
import type { LogEntry } from '@hikyaku/contracts';
import { useTimeZone } from 'next-intl';
import { useCallback, useMemo, useState } from 'react';
import { dayIn } from '../../i18n/day-in.ts';
import { type LogLine, logLinesMaker } from './log-lines.ts';
import type { Arrival } from './newcomers.ts';

/** How the log's lines are drawn, as a table or as cards. */
export interface LogLook {
  /** Which list they are of. */
  name: string;
  lines: readonly LogLine[];
  hasDevice: boolean;
  isNew: (row: Arrival) => boolean;
  /** Opens or closes the fold of these rows. */
  onToggle: (entries: readonly LogEntry[]) => void;
}

/** The rows of the log as lines, with the folds that its reader has opened. */
export function useLogLines(rows: readonly LogEntry[]): { lines: LogLine[]; toggle: LogLook['onToggle'] } {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const zone = useTimeZone();
  const linesOf = useMemo(() => logLinesMaker((at) => dayIn(new Date(at), zone)), [zone]);
  const lines = useMemo(() => linesOf(rows, opened), [linesOf, rows, opened]);
  const toggle = useCallback((entries: readonly LogEntry[]) => {
    // By their rows' ids, since a fold grows at both ends while it is open.
    const ids = entries.map(({ id }) => id);
    setOpened((before) => {
      const isOpen = ids.some((id) => before.has(id));
      return new Set(isOpen ? [...before].filter((id) => !ids.includes(id)) : [...before, ...ids]);
    });
  }, []);
  return { lines, toggle };
}
