import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockOwner } from '@hikyaku/core';

/** Where one process keeps what it has accepted. */
export interface JournalPlace {
  /** From 1 on. */
  number: number;
  /** DATA_DIR/journal, and below it a folder for every further process. */
  journalDir: string;
  /** Notes of hand-off; see OpenPacks. */
  packsDir: string;
}

/** The first one is the folder of an edge of one process: what an older version left is simply found. */
export function placeOf(dataDir: string, number: number): JournalPlace {
  const journal = join(dataDir, 'journal');
  const packs = join(dataDir, 'edge', 'packs');
  return number === 1
    ? { number, journalDir: journal, packsDir: packs }
    : { number, journalDir: join(journal, String(number)), packsDir: `${packs}-${number}` };
}

/** Those on the disk, the first one always, in the order of their numbers. */
export function placesOnDisk(dataDir: string): JournalPlace[] {
  const numbers = namesIn(join(dataDir, 'journal'))
    .filter((name) => /^[1-9]\d{0,5}$/.test(name))
    .map(Number);
  return [1, ...numbers.filter((number) => number > 1).sort((a, b) => a - b)].map((number) => placeOf(dataDir, number));
}

/** True while a live process of this machine has it. */
export function isOwned({ journalDir }: JournalPlace): boolean {
  return lockOwner(join(journalDir, 'lock')) !== undefined;
}

/** Nothing waits in it, nothing was set aside, and no note is open. */
export function isEmpty({ journalDir, packsDir }: JournalPlace): boolean {
  const folders = [...['segments', 'large', 'quarantine'].map((name) => join(journalDir, name)), packsDir];
  return folders.every((folder) => namesIn(folder).length === 0);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
