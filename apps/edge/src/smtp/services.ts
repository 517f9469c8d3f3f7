import type { Clock } from '@hikyaku/core';
import type { Journal } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentSealer } from '@hikyaku/vault';
import type { BounceDesk } from '../bounces/bounce-desk.ts';
import type { AuthDelay } from '../limits/auth-delay.ts';
import type { DeviceRates } from '../limits/device-rates.ts';
import type { JournalShare } from '../limits/journal-share.ts';
import type { MailboxBudget } from '../limits/mailbox-budget.ts';
import type { IdentifySender } from '../login/identify-sender.ts';
import type { EdgeMetrics } from '../metrics.ts';
import type { ExplainLogin } from '../snapshot/explain-login.ts';
import type { RecentIds } from './recent-ids.ts';
import type { EdgePolicy } from './recipient-policy.ts';
import type { Login } from './sasl.ts';
import type { Identity } from './session.ts';

/** What the commands need of the process around them. */
export interface SmtpServices {
  clock: Clock;
  logger: Logger;
  metrics: EdgeMetrics;
  /** The name in the greeting. */
  hostName: string;
  /** Right side of the Message-IDs we give. */
  messageIdDomain: string;
  recentIds: RecentIds;
  maxSizeBytes: number;
  idleMs: number;
  /** From accept to login. */
  strangerMs: number;
  authDelay: AuthDelay;
  authenticator: Authenticator;
  explainLogin: ExplainLogin;
  policies: PolicyBook;
  identifySender: IdentifySender;
  /** Null: no domain for reports is set. */
  bounces: BounceDesk | null;
  journal: Pick<Journal, 'begin'>;
  journalShare: JournalShare;
  mailboxBudget: Pick<MailboxBudget, 'assertRoom' | 'accepted' | 'hasRoomForUnconfirmed'>;
  deviceRates: DeviceRates;
  /** @throws RelayError `vault.key_missing` while no content key is known */
  seal: ContentSealer['seal'];
  /** That many bytes of mail passed through: their buffers may go. */
  letGo(bytes: number): void;
  /** Somebody spoke TLS on a port that starts in plain (T1). */
  onClientHello(door: string, address: string): void;
}

/**
 * Answers from the credential snapshot. Both throw RelayError `edge.snapshot_stale`, and `edge.auth_unconfirmed` for a login that the snapshot
 * does not know while Postgres cannot be asked: device or password may be newer than the snapshot.
 */
export interface Authenticator {
  /** The device whose live credential that is; null when there is none. Costs the same either way. */
  check(login: Login): Promise<Identity | null>;
  /** True when a device of that user name may sign in without TLS. */
  allowsPlain(username: string): Promise<boolean>;
}

export interface PolicyBook {
  find(deviceId: string): EdgePolicy | undefined;
  /** The provider account of a mailbox; null when it is gone. */
  accountOf(mailboxId: string): string | null;
  /** Mode `device`: places for a mail's recipients among those that may be learnt; what gives them back, or null when there is no room. */
  reserve(deviceId: string, recipients: readonly string[]): (() => void) | null;
  /** Mode `device`: these were accepted. */
  learn(deviceId: string, recipients: readonly string[]): void;
}
