import { RelayError } from '@hikyaku/core';
import { type ContentOpener, openContentOpener } from './content-opener.ts';
import { type ContentSealer, openContentSealer } from './content-sealer.ts';
import { ensureInstanceKeys, type KeySource } from './ensure-instance-keys.ts';
import { openPasswordDigester, type PasswordDigester } from './password-digester.ts';
import { openPushSigner, type PushSigner } from './push-signer.ts';
import { openTokenBox, type TokenBox } from './token-box.ts';

/** All that a holder of the master key can do. */
export interface InstanceKeys {
  contentOpener: ContentOpener;
  contentSealer: ContentSealer;
  tokenBox: TokenBox;
  digester: PasswordDigester;
  pushSigner: PushSigner;
}

/** A key that is missing is looked for again at most that often: a damaged mail must not become a load on the database. */
const LOOK_AGAIN_MS = 5_000;

/**
 * The instance's keys, made where there are none yet; each must open before anything else happens. When something was sealed with a key that is
 * not known here, that fails with `vault.key_missing` and the rows are read again in the background, so that a new key needs no restart.
 * `onReloadFailed` hears why that did not go.
 * @throws RelayError `vault.key_wrong` when the master keys do not fit, `vault.key_missing` without one, or for sealed data without keys
 */
export async function openInstanceKeys(options: {
  source: KeySource;
  masterKeys: Buffer[];
  onReloadFailed(error: unknown): void;
}): Promise<InstanceKeys> {
  const { source, masterKeys, onReloadFailed } = options;

  const load = async (): Promise<InstanceKeys> => {
    const { rows, keksOf } = await ensureInstanceKeys(source, masterKeys, ['content', 'token', 'digest', 'push']);
    return {
      contentOpener: openContentOpener(rows, keksOf('content')),
      contentSealer: openContentSealer(rows),
      tokenBox: openTokenBox(rows, keksOf('token')),
      digester: openPasswordDigester(rows, keksOf('digest')),
      pushSigner: openPushSigner(rows, keksOf('push')),
    };
  };

  let keys = await load();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const fresh = <T>(work: (keys: InstanceKeys) => T): T => {
    try {
      return work(keys);
    } catch (error) {
      const isMissing = error instanceof RelayError && error.code === 'vault.key_missing';
      if (isMissing && performance.now() - lookedAt > LOOK_AGAIN_MS) {
        lookedAt = performance.now();
        load().then((newer) => {
          keys = newer;
        }, onReloadFailed);
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
      seal: (...of) => fresh((k) => k.tokenBox.seal(...of)),
      open: (...of) => fresh((k) => k.tokenBox.open(...of)),
    },
    pushSigner: keys.pushSigner,
    digester: {
      digest: (...of) => keys.digester.digest(...of),
      matches: (...of) => keys.digester.matches(...of),
    },
  };
}
