export type { ContentEncryptor } from './content-cipher.ts';
export { cipherLengthOf, createContentEncryptor, decryptContent } from './content-cipher.ts';
export { openFileSpool } from './file-spool.ts';
export { openJournal } from './journal.ts';
export type {
  Journal,
  JournalEntry,
  JournalLimits,
  JournalMeta,
  JournalOptions,
  JournalStats,
  JournalWriter,
} from './journal-types.ts';
export type { SpoolStore } from './spool-store.ts';
