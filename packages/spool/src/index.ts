export type { ContentEncryptor } from './content-cipher.ts';
export { cipherLengthOf, createContentEncryptor, decryptContent } from './content-cipher.ts';
export { openJournal } from './journal/journal.ts';
export type {
  Journal,
  JournalEntry,
  JournalLimits,
  JournalMeta,
  JournalOptions,
  JournalStats,
  JournalWriter,
} from './journal/journal-types.ts';
export { openFileSpool } from './store/file-spool.ts';
export { openSpool } from './store/open-spool.ts';
export type { SpoolStore } from './store/spool-store.ts';
export type { SpooledMail } from './store/spooled-mail.ts';
