// npm run recover [-- --unproven], while Hikyaku runs or not: hands off again what lies in the spool and has no row (docs/runbooks/lost-rows.md).
import { join } from 'node:path';
import { readSettings } from '@hikyaku/config';
import { keyStore, openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { openSpool } from '@hikyaku/spool';
import { createLogger } from '@hikyaku/telemetry';
import {
  deriveJournalKey,
  deriveKek,
  edgeKeysOf,
  openContentOpener,
  parseEdgeKeys,
  parseMasterKeys,
} from '@hikyaku/vault';
import { masterKeyFile, readMasterKeyFile } from '../apps/supervisor/src/keys/master-key-file.ts';
import { recoverSpool } from '../apps/worker/src/recover/recover-spool.ts';

async function run(url, settings) {
  const masterKeys = parseMasterKeys(settings.MASTER_KEY ?? readMasterKeyFile(settings.DATA_DIR) ?? []);
  const database = openDatabase({ url, role: 'system', max: 2, applicationName: 'hikyaku-recover' });
  try {
    const rows = await keyStore(database).list(['content']);
    const logger = createLogger({ name: 'recover', level: 'warn' });
    const { recovered, known, homeless, unreadable, unproven } = await recoverSpool({
      database,
      spool: await openSpool({ dataDir: settings.DATA_DIR, url: settings.SPOOL_URL, logger }),
      contentOpener: openContentOpener(
        rows,
        masterKeys.map((key) => deriveKek(key, 'content')),
      ),
      journalKeys: parseEdgeKeys(edgeKeysOf(masterKeys)).map(deriveJournalKey),
      takesUnproven: process.argv.includes('--unproven'),
      now: Date.now,
      logger,
    });
    console.log(`${recovered} mails are on their way again, marked as possible repeats; ${known} are known`);
    if (homeless)
      console.log(`${homeless} belong to tenants that are erased or not in this database: left where they are`);
    if (unreadable) console.log(`${unreadable} do not open with this instance's keys: left where they are`);
    if (unproven)
      console.log(
        `${unproven} were not written under this master key (${masterKeyFile(settings.DATA_DIR)}): see --unproven in the runbook`,
      );
  } finally {
    await database.close();
  }
}

try {
  const settings = readSettings();
  const logger = createLogger({ name: 'recover', level: 'silent' });
  const embedded = settings.isEmbedded
    ? await startEmbeddedPostgres({ dataDir: join(settings.DATA_DIR, 'postgres'), logger })
    : null;
  try {
    await run(embedded?.url ?? settings.DATABASE_URL, settings);
  } finally {
    if (embedded && !embedded.wasRunning) await embedded.stop();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
