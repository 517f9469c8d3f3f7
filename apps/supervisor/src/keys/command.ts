import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Settings } from '@hikyaku/config';
import { lockFile } from '@hikyaku/core';
import { keyStore, openDatabase, startEmbeddedPostgres } from '@hikyaku/db';
import { createLogger } from '@hikyaku/telemetry';
import { edgeKeysOf, parseMasterKeys } from '@hikyaku/vault';
import { Complaint } from '../complaint.ts';
import { dropOldMasterKeys } from './drop.ts';
import { hasData } from './find-master-keys.ts';
import { masterKeyFile, readMasterKeyFile, writeMasterKeyFile } from './master-key-file.ts';
import { notYetSealedByFirst } from './reseal.ts';
import { type MasterKeySource, rotateMasterKey } from './rotate.ts';

/** What `npm run keys` does by its first word; resolves to the line to print. */
type Verb = (settings: Settings) => Promise<string>;

const VERBS: Record<string, Verb> = {
  new: async () => randomBytes(32).toString('base64'),

  edge: async (settings) => edgeKeysOf(parseMasterKeys(sourceOf(settings).keys)).join(','),

  check: (settings) =>
    withKeys(settings, async (store, { keys }) => {
      const rows = await store.list();
      if (rows.length === 0) throw new Complaint('this database has no keys yet');
      const left = await notYetSealedByFirst(store, keys);
      const all = `the master key fits: it opens all ${rows.length} keys of this instance`;
      if (left.length) return `${all}, ${left.length} of them by an older key of the list`;
      return keys.length > 1 ? `${all}; older keys of the list open none of them any more` : all;
    }),

  rotate: (settings) =>
    withKeys(settings, async (store, source) => {
      const count = await rotateMasterKey(store, source);
      if (!source.save) return `${count} keys are sealed by the first key of HIKYAKU_MASTER_KEY now. ${COPY} ${EDGES}`;
      const file = masterKeyFile(settings.DATA_DIR);
      return `${count} keys are sealed by the new master key, the first line of ${file}. ${COPY} Start Hikyaku anew when it suits you, then: npm run keys -- drop`;
    }),

  drop: (settings) =>
    withKeys(settings, async (store, source) => {
      const count = await dropOldMasterKeys(store, source, settings.DATA_DIR);
      const proven = 'the first master key alone opens everything';
      if (!source.save) return `${proven}: take the other ${count} out of HIKYAKU_MASTER_KEY and HIKYAKU_EDGE_KEY`;
      return `${proven}; ${count} dropped from ${masterKeyFile(settings.DATA_DIR)}`;
    }),
};

const COPY = 'Keep a copy of it elsewhere, and the old one for as long as you keep backups of the old time.';
const EDGES = 'Give edges of their own the new HIKYAKU_EDGE_KEY (npm run keys -- edge).';

/**
 * Runs one verb.
 * @throws Complaint or RelayError with one line that says what is wrong
 */
export async function runKeysCommand(verb: string | undefined, settings: Settings): Promise<string> {
  const run = VERBS[verb ?? ''];
  if (!run) throw new Complaint(`usage: npm run keys -- ${Object.keys(VERBS).join(' | ')}`);
  return run(settings);
}

function sourceOf(settings: Settings): MasterKeySource {
  if (settings.MASTER_KEY?.length) return { keys: settings.MASTER_KEY };
  const keys = readMasterKeyFile(settings.DATA_DIR);
  if (!keys?.length) {
    throw new Complaint(`no master key: set HIKYAKU_MASTER_KEY (there is none in ${masterKeyFile(settings.DATA_DIR)})`);
  }
  return { keys, save: (changed) => writeMasterKeyFile(settings.DATA_DIR, changed) };
}

/** With the database of the settings, or the embedded one, which runs already or is started for it; one command at a time. */
async function withKeys(
  settings: Settings,
  work: (store: ReturnType<typeof keyStore>, source: MasterKeySource) => Promise<string>,
): Promise<string> {
  const { DATA_DIR: dataDir, isEmbedded } = settings;
  if (isEmbedded && !hasData(dataDir)) throw new Complaint(`there is no data in ${dataDir}`);
  const source = sourceOf(settings);
  const lock = source.save ? lockFile(`${masterKeyFile(dataDir)}.lock`) : undefined;
  if (lock === null) throw new Complaint(`another command changes ${masterKeyFile(dataDir)}`);
  const logger = createLogger({ name: 'keys', level: 'silent' });
  try {
    const embedded = isEmbedded
      ? await startEmbeddedPostgres({ dataDir: join(dataDir, 'postgres'), logger })
      : undefined;
    const url = embedded?.url ?? settings.DATABASE_URL!;
    const database = openDatabase({ url, role: 'system', max: 1, applicationName: 'hikyaku-keys' });
    try {
      return await work(keyStore(database), source);
    } finally {
      await database.close();
      if (embedded && !embedded.wasRunning) await embedded.stop();
    }
  } finally {
    lock?.release();
  }
}
