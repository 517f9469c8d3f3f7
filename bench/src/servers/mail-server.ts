import type { Sample } from '../load/load-types.ts';
import type { Login } from '../load/smtp-session.ts';

/** A server under load, with all that it needs to run. */
export interface MailServer {
  /** STARTTLS and AUTH PLAIN. */
  port: number;
  logins: Login[];
  /** Processes whose CPU counts, descendants included. */
  roots: number[];
  /** Resolves when `accepted` mails since the start have reached where this server leaves them. */
  settle(accepted: number): Promise<void>;
  /** Ends it, and looks for what was accepted: every mail is there, and the samples' contents are the bytes sent. Answers what is not. */
  stopAndCheck(accepted: number, samples: Sample[]): Promise<string[]>;
  /** Peak memory in bytes; call while it runs. */
  peakMemory(): number;
}

/** That many accounts log in by turns. */
export const ACCOUNTS = 20;
