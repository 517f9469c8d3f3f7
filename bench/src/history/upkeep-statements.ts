import {
  type Database,
  deleteOldMessages,
  deleteOldTombstones,
  destroyOverdueContent,
  findDeadSlices,
  findDeadSpoolObjects,
  findForgottenAccounts,
  findLostMessages,
  findReleasable,
} from '@hikyaku/db';

/** What a sweeper asks every few seconds or every minute, with its real limits; nothing of it may read the history. */
export const UPKEEP_STATEMENTS: Record<string, (database: Database) => Promise<unknown>> = {
  'lost leases': (database) => findLostMessages(database, 200),
  'forgotten accounts': (database) => findForgottenAccounts(database, 30_000, 2_000),
  'releasable mailboxes': (database) => findReleasable(database, 'live', 200),
  'overdue content': (database) => destroyOverdueContent(database, 200),
  'dead objects': (database) => findDeadSpoolObjects(database, 200),
  'dead slices': (database) => findDeadSlices(database, 30_000, 200),
  'retention, a look': (database) => deleteOldMessages(database, 500),
  'old tombstones': (database) => deleteOldTombstones(database, 5_000),
};
