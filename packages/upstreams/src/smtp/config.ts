import type { EnvironmentName } from '@hikyaku/core';
import type { Dialler } from '../dialler/dialler.ts';

/** What the SMTP adapter needs of this instance. */
export interface SmtpConfig {
  environment: EnvironmentName;
  dialler: Dialler;
  /** Our name in EHLO. */
  helloName: string;
}

/** Most providers take 25 to 50 MB of mail and say theirs in EHLO, which is obeyed; this is our own bound. */
export const MAX_SIZE_BYTES = 50_000_000;
/** Every server takes that many (RFC 5321, 4.5.3.1.8), and some no more (facts 3). */
export const MAX_RECIPIENTS = 100;

/** Yahoo closes the line in silence after 20 mails (facts, providers 3); 20 is cheap enough everywhere. */
export const MAILS_PER_CONNECTION = 20;

/** A turn goes on at once or in a few seconds; servers close a line that is idle for some minutes. */
export const IDLE_MS = 10_000;

/** Idle lines of all accounts; beyond it the oldest is closed. A few descriptors each, far below a process's limit. */
export const MAX_IDLE_SESSIONS = 100;
