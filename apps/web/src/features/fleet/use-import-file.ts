'use client';
import { useState } from 'react';
import { type CsvRow, decodeCsv, readCsv } from '../../csv/read-csv.ts';
import type { ImportRules } from './import-rules.ts';

/** Largest file that is read: 5,000 lines with all their recipients. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Why a file is not read; `line` where that is known. */
export interface FileTrouble {
  kind: 'large' | 'long' | 'unclosed' | 'unreadable' | 'noName';
  line?: number;
}

export interface ImportFileRead {
  name: string;
  rows: CsvRow[];
  rules: ImportRules;
}

/** The file that was chosen last, as rows with the rules for them; or why it cannot be read. Never half of one. */
export function useImportFile(): {
  file: ImportFileRead | null;
  trouble: FileTrouble | null;
  choose(file: File): Promise<void>;
} {
  const [file, setFile] = useState<ImportFileRead | null>(null);
  const [trouble, setTrouble] = useState<FileTrouble | null>(null);
  const choose = async (chosen: File) => {
    const read = await readFile(chosen);
    setFile('rows' in read ? read : null);
    setTrouble('rows' in read ? null : read);
  };
  return { file, trouble, choose };
}

async function readFile(chosen: File): Promise<ImportFileRead | FileTrouble> {
  if (chosen.size > MAX_BYTES) return { kind: 'large' };
  const text = decodeCsv(await chosen.arrayBuffer());
  if (text === null) return { kind: 'unreadable' };
  const { rows, trouble } = readCsv(text);
  if (trouble) return trouble;
  const { importRules: rules } = await import('./import-rules.ts');
  return { name: chosen.name, rows, rules };
}
