import type { Door, EnvironmentName, PlanLimits } from '@hikyaku/core';
import type { Database, TenantDb } from '@hikyaku/db';
import type { TurnQueue } from '@hikyaku/queue';
import type { ChannelTools, ConnectSmtpTools, ConnectTools, PaceReader, SenderRecordsTools } from '@hikyaku/services';
import type { SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentSealer, PasswordDigester, TokenBox } from '@hikyaku/vault';
import type { Accounts } from './auth/open-accounts.ts';
import type { LiveHub } from './live/live-hub.ts';

/** Everything that the api is built of; `main.ts` opens it, tests give their own. */
export interface ApiOptions extends Accounts {
  logger: Logger;
  /** Origin that browsers use. */
  publicUrl: string;
  /** Addresses and networks of proxies. */
  proxySources: string[];
  environment: EnvironmentName;
  /** The sandbox's pages; null when mail is really sent. */
  sandboxUrl: string | null;
  smtp: { host: string; loginDomain: string; maxSizeBytes: number; doors: Door[] };
  /** Right side of tenants' addresses for non-delivery reports; null: there are none. */
  bounceDomain: string | null;
  /** What a tenant may use unless its row says otherwise. */
  plan: PlanLimits;
  operator: {
    /** Its owner is the operator once it is verified; never where addresses cannot be. */
    email?: string | undefined;
    /** Makes the person who enters it the operator, once. */
    code?: string | undefined;
  };
  /** Role `system`. */
  database: Database;
  tenants: TenantDb;
  digester: PasswordDigester;
  tokenBox: TokenBox;
  contentSealer: ContentSealer;
  /** For the dashboard's test mails only. */
  spool: Pick<SpoolStore, 'putPack'>;
  connectors: ConnectTools['connectors'];
  /** How owners can be told of alerts; the worker tells. */
  channels: ChannelTools['channels'];
  /** Our public key to browsers' push services. */
  pushKey: Buffer;
  testSmtp?: ConnectSmtpTools['testSmtp'];
  checkSenderRecords?: SenderRecordsTools['checkSenderRecords'];
  releaseHeld: ConnectTools['releaseHeld'];
  queue: Pick<TurnQueue, 'wake'>;
  /** How fast accounts send, as the worker has it. */
  pace: PaceReader;
  /** How long the content of a cancelled mail is kept. Milliseconds. */
  failedContentMs: number;
  hub: LiveHub;
}
