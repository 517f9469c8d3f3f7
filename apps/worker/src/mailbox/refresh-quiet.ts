import type { EnvironmentName, MailTransport, ProviderName, RefreshResult } from '@hikyaku/core';
import { type AccountMailbox, closeQuietMailbox, type Database, postponeRefresh, readQuietMailbox } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import type { Tell } from '../tell.ts';
import type { OpenedMailbox } from './open-mailbox.ts';

export interface RefreshTools {
  database: Database;
  environment: EnvironmentName;
  transports: Partial<Record<ProviderName, MailTransport>>;
  openMailbox(row: AccountMailbox, accountKey: string): OpenedMailbox;
  noteTrouble(provider: ProviderName, code: string | null): void;
  tell: Tell;
  logger: Logger;
}

/** Longer than any token call with the wait for others' refreshes; a job's run may take twice as long. */
const DEADLINE_MS = 60_000;
/** A provider that is away, or a registration of ours to be mended: there are months left. */
const AGAIN_MS = 3_600_000;

/**
 * Renews the permission of a mailbox that has sent nothing for a week, so that a UPS that speaks once a year still finds it alive. A refusal closes the
 * mailbox now, while its owner has time, not at the alert. Bears being run twice.
 */
export async function refreshQuiet(mailboxId: string, tools: RefreshTools): Promise<void> {
  const { database, environment, transports, logger } = tools;
  const row = await readQuietMailbox(database, environment, mailboxId);
  if (!row) return;
  const transport = transports[row.provider];
  // No registration with this provider any more, or nothing that ages.
  if (!transport?.refresh) return postponeRefresh(database, mailboxId, AGAIN_MS);
  // First: whatever fails below, key or store, is not tried again every minute.
  await postponeRefresh(database, mailboxId, AGAIN_MS);
  const { connected, followSecret } = tools.openMailbox(row, row.accountKey);
  const secretVersion = followSecret();
  const result = await transport.refresh({ mailbox: connected, signal: AbortSignal.timeout(DEADLINE_MS) });
  if (result.outcome === 'refreshed') {
    await postponeRefresh(database, mailboxId);
  } else if (result.outcome === 'auth_lost') {
    await closeQuietMailbox(database, { mailboxId, secretVersion: secretVersion(), code: result.code });
    tools.tell();
  }
  tools.noteTrouble(row.provider, codeOf(result).code ?? null);
  logger[result.outcome === 'refreshed' ? 'info' : 'warn']({
    event: 'mailbox.refresh',
    mailboxId,
    outcome: result.outcome,
    ...codeOf(result),
  });
}

const codeOf = (result: RefreshResult): { code?: string } => ('code' in result ? { code: result.code } : {});
