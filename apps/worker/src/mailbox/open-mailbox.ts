import { type ConnectedMailbox, type EnvironmentName, type Gate, RelayError } from '@hikyaku/core';
import { type AccountMailbox, type Database, readSecret, saveSecret, withSecretLock } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { TokenBox } from '@hikyaku/vault';

/** A mailbox as a transport takes it. */
export interface OpenedMailbox {
  connected: ConnectedMailbox;
  /**
   * Called before an attempt; answers the version of the secret that this attempt stands on: the present one, and what we ourselves made of it by
   * refreshing. One that somebody else stored meanwhile (connected anew) is not to blame for what the old one met.
   */
  followSecret(): () => number;
}

interface Tools {
  database: Database;
  tokenBox: TokenBox;
  /** Bounds the connections that refreshes hold. */
  refreshGate: Gate;
  logger: Logger;
}

/** Opens a mailbox's secret. @throws RelayError `upstream.auth_lost` without a secret; `vault.key_missing`, `vault.key_wrong` */
export function openMailbox(row: AccountMailbox, accountKey: string, tools: Tools): OpenedMailbox {
  const { database, tokenBox, logger } = tools;
  if (!row.secretSealed) throw new RelayError('upstream.auth_lost', { internal: `mailbox ${row.id} has no secret` });
  let version = row.secretVersion;
  /** The last version of each line of secrets: a line is one that we were given, and its refreshed ones. */
  const lines = [version];

  /** The secret as stored now, where somebody has written a newer one. */
  const reload = async (): Promise<void> => {
    const stored = await readSecret(database, row.id);
    if (!stored?.secretSealed) throw new RelayError('upstream.auth_lost', { internal: `mailbox ${row.id} is gone` });
    if (stored.secretVersion === version) return;
    connected.secret = tokenBox.open(row.id, stored.secretSealed);
    version = stored.secretVersion;
    lines.push(version);
  };

  const connected: ConnectedMailbox = {
    id: row.id,
    provider: row.provider,
    environment: row.environment as EnvironmentName,
    accountKey,
    address: row.address,
    secret: tokenBox.open(row.id, row.secretSealed),
    async saveSecret(secret) {
      const saved = await saveSecret(database, row.id, version, tokenBox.seal(row.id, secret));
      if (saved !== null) {
        version = saved;
        lines[lines.length - 1] = saved;
        connected.secret = secret;
        return;
      }
      // Connected anew or refreshed elsewhere meanwhile: what is stored is newer than what we have.
      logger.info({ event: 'mailbox.secret_raced', mailboxId: row.id });
      await reload();
    },
    refreshAlone: (refresh) =>
      tools.refreshGate(() =>
        withSecretLock(database, row.id, async () => {
          await reload();
          return refresh(connected.secret);
        }),
      ),
  };
  const followSecret = (): (() => number) => {
    const line = lines.length - 1;
    return () => lines[line]!;
  };
  return { connected, followSecret };
}
