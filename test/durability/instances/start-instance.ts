import { type RunningHikyaku, SHORT_TIMES, startHikyaku } from '@hikyaku/testing';

/** The product on a data folder, quick to get over things; no worker dies in the middle of a send here, so no doubt may come of a slow machine. */
export function startInstance(of: {
  dataDir: string;
  databaseUrl: string;
  masterKey: string;
}): Promise<RunningHikyaku> {
  return startHikyaku({
    dataDir: of.dataDir,
    env: {
      ...SHORT_TIMES,
      HIKYAKU_SEND_DEADLINE_MS: '60000',
      HIKYAKU_LEASE_MS: '90000',
      DATABASE_URL: of.databaseUrl,
      HIKYAKU_MASTER_KEY: of.masterKey,
      HIKYAKU_SANDBOX: 'on',
    },
  });
}
