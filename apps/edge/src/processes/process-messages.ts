import type { checkReadiness } from '@hikyaku/telemetry';

/**
 * `network`, `tenant`: how many connections this process has of one; they end with it. The others outlive whoever told them:
 * `known`: somebody signed in from this network; `login`: failures of (address, user name); `tls`: door and address of who speaks TLS at once;
 * `pop`: address and credential of a POP login.
 */
export type FactTopic = 'network' | 'tenant' | 'known' | 'login' | 'tls' | 'pop';

/** What one process of an edge lets the others know. In memory only, and never of a mail. */
export interface Fact {
  topic: FactTopic;
  key: string;
  /** A count; null: no more of it. */
  value: number | null;
  /** Milliseconds since the epoch. */
  at: number;
}

export type FromProcess =
  /** Its doors are open, on these ports. */
  | { kind: 'ready'; doors: Record<string, number> }
  | { kind: 'facts'; facts: Fact[] }
  | { kind: 'measures'; id: number; text: string; readiness: Awaited<ReturnType<typeof checkReadiness>> };

export type ToProcess =
  /** The first one: what the keys of TLS tickets are made of (base64), for all processes the same. */
  | { kind: 'tickets'; secret: string }
  | { kind: 'facts'; from: number; facts: Fact[] }
  /** That process has ended, and all its connections with it. */
  | { kind: 'gone'; from: number }
  | { kind: 'measure'; id: number };
