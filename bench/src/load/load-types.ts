import type { Login } from './smtp-session.ts';

/** What the load generator is asked for. */
export interface LoadOrder {
  port: number;
  logins: Login[];
  /** Sessions at once. */
  sessions: number;
  mailBytes: number;
  /** Without TLS. */
  isPlain?: boolean;
  /** No session begins after that; those under way end. */
  durationMs: number;
  /** Goes on beyond the duration until so many mails are accepted, but not beyond five times the duration: compiled code needs practice. */
  atLeast?: number;
  /** Mails a second, evenly spaced; without it each slot begins its next session at once. */
  perSecond?: number;
}

export interface Sample {
  /** The 250's text. */
  reply: string;
  sha256: string;
}

export interface LoadResult {
  accepted: number;
  /** By what was answered. */
  errors: Record<string, number>;
  /** From the first connect to the last session's end. */
  elapsedMs: number;
  /** Of the load generator itself. */
  cpuMs: number;
  /** Whole sessions, connect to 221. */
  sessionMs: { p50: number; p99: number };
  samples: Sample[];
  /** SHA-256 of every body that was sent: what lies behind a mail's header. */
  bodies: string[];
}
