import type { ErrorCode } from '@hikyaku/core';
import type { MailFacts, PreparedMail } from '@hikyaku/mail';

/** To a thread: some of a mail. The first message of a mail has its facts, the last one says so. */
export interface ThreadRequest {
  facts?: MailFacts;
  chunks: Uint8Array[];
  isEnd: boolean;
}

/** From a thread, one to each message. `cpuMs`: what the thread has used since it began. */
export type ThreadAnswer = { cpuMs: number } & (
  | { kind: 'ready' | 'more' }
  | { kind: 'prepared'; prepared: PreparedMail }
  | { kind: 'refused'; code: ErrorCode; internal: string | undefined }
  /** It threw what nobody foresaw; `where` is the stack without the message, which may hold content. */
  | { kind: 'broke'; name: string; where: string }
);
