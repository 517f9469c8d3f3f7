import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';

/** Where Linux keeps files in memory. */
const MEMORY = '/dev/shm';
/** A run uses a tenth of it: one Postgres for all databases of the tests, and up to four whole relays. */
const ENOUGH_BYTES = 8 * 1024 ** 3;

/**
 * A folder in memory for the temporary files of the tests, removed when this process ends; null where there is not room enough. A start of the whole relay costs a third less CPU there, a new
 * database a tenth: what they cost on a disk is the file system's work.
 */
export function memoryFolder() {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (Math.min(bavail * bsize, freemem()) < ENOUGH_BYTES) return null;
  } catch {
    return null;
  }
  const folder = mkdtempSync(`${MEMORY}/hikyaku-tests-`);
  // Servers that tests start drop to users of their own; what lies in it has random names and rights of its own.
  chmodSync(folder, 0o711);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  return folder;
}
