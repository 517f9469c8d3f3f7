import { join } from 'node:path';
import type { Clock } from '@hikyaku/core';
import { type Database, readCredentialRows } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { deriveSnapshotKey } from '@hikyaku/vault';
import { createIdentifySender, type IdentifySender } from '../login/identify-sender.ts';
import type { PopLogins } from '../login/pop-logins.ts';
import type { Authenticator } from '../smtp/services.ts';
import { createAuthenticator } from './credential-check.ts';
import { EdgeKeys } from './edge-keys.ts';
import { createExplainLogin, type ExplainLogin } from './explain-login.ts';
import { MissQuestion } from './miss-question.ts';
import { PolicyStore } from './policy-store.ts';
import { SnapshotFile } from './snapshot-file.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';

export interface OpenSnapshot {
  keeper: SnapshotKeeper;
  keys: EdgeKeys;
  policies: PolicyStore;
  authenticator: Authenticator;
  explainLogin: ExplainLogin;
  identifySender: IdentifySender;
}

/** The credential snapshot with all that reads it; nothing is loaded before `keeper.start`. `edgeKeys`: of EDGE_KEY. */
export function openSnapshot(parts: {
  dataDir: string;
  edgeKeys: Buffer[];
  database: Database;
  databaseUrl: string;
  clock: Clock;
  logger: Logger;
  popLogins: PopLogins;
  /** More than a household's. */
  isPublic: boolean;
}): OpenSnapshot {
  const { dataDir, edgeKeys, database, clock } = parts;
  const policies = new PolicyStore();
  const keys = new EdgeKeys(edgeKeys);
  const file = new SnapshotFile(join(dataDir, 'edge', 'snapshot'), edgeKeys.map(deriveSnapshotKey));
  const keeper = new SnapshotKeeper({ ...parts, store: policies, keys, file });
  const question = new MissQuestion(clock, async (usernames) => {
    const rows = await readCredentialRows(database, usernames);
    if (rows.credentials.length) policies.apply(rows);
    return new Set(rows.credentials.map(({ username }) => username));
  });
  const isFresh = () => keeper.isFresh();
  const authenticator = createAuthenticator({ store: policies, keys, question, clock, isFresh });
  const { popLogins: logins, isPublic } = parts;
  const identifySender = createIdentifySender({ book: policies, logins, isPublic, isFresh, now: clock.now });
  return { keeper, keys, policies, authenticator, explainLogin: createExplainLogin(policies, keys), identifySender };
}
