import type { Clock } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { GrantStore } from './accounts/grant-store.ts';
import type { SigningKeys } from './accounts/signing-keys.ts';
import type { TokenIssuer } from './accounts/tokens.ts';
import type { ChatLog } from './chats/chat-log.ts';
import type { ExchangeDrain } from './knobs/exchange-drain.ts';
import type { FaultBox } from './knobs/fault.ts';
import type { Knobs } from './knobs/knobs.ts';
import type { Limits } from './knobs/limits.ts';
import type { MailStore } from './mailboxes/mail-store.ts';
import type { DraftStore } from './microsoft/drafts/draft-store.ts';
import type { CodeStore } from './oauth/codes.ts';
import type { SmtpUsage } from './smtp/usage.ts';

/** What every route of the sandbox works with. */
export interface SandboxContext {
  clock: Clock;
  logger: Logger;
  /** Where the relay's own callback addresses live, without a slash at the end. */
  publicUrl: string;
  grants: GrantStore;
  tokens: TokenIssuer;
  keys: SigningKeys;
  codes: CodeStore;
  mails: MailStore;
  knobs: Knobs;
  faults: FaultBox;
  limits: Limits;
  drain: ExchangeDrain;
  smtpUsage: SmtpUsage;
  drafts: DraftStore;
  chats: ChatLog;
}
