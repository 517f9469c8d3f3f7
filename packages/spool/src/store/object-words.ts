import { RelayError } from '@hikyaku/core';

/** Small mails of one journal segment. */
export const isLog = (path: string): boolean => path.endsWith('.log');

/** What the disk says, as `spool.unavailable`. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RelayError) throw error;
    throw new RelayError('spool.unavailable', { cause: error, internal: (error as Error).message });
  }
}
