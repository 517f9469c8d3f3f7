import { RelayError } from '@hikyaku/core';
import { type Database, hasSealedData, keyStore } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import {
  type ContentOpener,
  type ContentSealer,
  ensureInstanceKeys,
  openContentOpener,
  openContentSealer,
  openTokenBox,
  type TokenBox,
} from '@hikyaku/vault';

export interface WorkerKeys {
  contentOpener: ContentOpener;
  /** For mail of the relay's own. */
  contentSealer: ContentSealer;
  tokenBox: TokenBox;
}

/** A key that is missing is looked for again at most that often: a damaged mail must not become a load on Postgres. */
const LOOK_AGAIN_MS = 5_000;

/**
 * The private content keys and the token keys, made where there are none yet. When something was sealed with a key that is not known here,
 * the rows are read again in the background, so that a rotation needs no restart; the mail is tried again meanwhile.
 * @throws RelayError `vault.key_wrong` when the master keys do not fit, `vault.key_missing` for data without keys
 */
export async function openKeys(options: {
  database: Database;
  masterKeys: Buffer[];
  logger: Logger;
}): Promise<WorkerKeys> {
  const { database, masterKeys, logger } = options;
  const source = { ...keyStore(database), hasSealedData: () => hasSealedData(database) };

  const load = async (): Promise<WorkerKeys> => {
    const { rows, keksOf } = await ensureInstanceKeys(source, masterKeys, ['content', 'token']);
    return {
      contentOpener: openContentOpener(rows, keksOf('content')),
      contentSealer: openContentSealer(rows),
      tokenBox: openTokenBox(rows, keksOf('token')),
    };
  };

  let keys = await load();
  let lookedAt = Date.now();
  const fresh = <T>(work: (keys: WorkerKeys) => T): T => {
    try {
      return work(keys);
    } catch (error) {
      if (error instanceof RelayError && error.code === 'vault.key_missing' && Date.now() - lookedAt > LOOK_AGAIN_MS) {
        lookedAt = Date.now();
        load().then(
          (newer) => {
            keys = newer;
          },
          (problem: unknown) => logger.error({ event: 'keys.reload_failed', err: problem }),
        );
      }
      throw error;
    }
  };
  return {
    contentOpener: {
      open: (...of) => fresh((k) => k.contentOpener.open(...of)),
      openAlone: (...of) => fresh((k) => k.contentOpener.openAlone(...of)),
    },
    contentSealer: { seal: (...of) => keys.contentSealer.seal(...of) },
    tokenBox: {
      seal: (context, text) => fresh((k) => k.tokenBox.seal(context, text)),
      open: (context, sealed) => fresh((k) => k.tokenBox.open(context, sealed)),
    },
  };
}
