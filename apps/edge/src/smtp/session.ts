import type { Door, RelayError } from '@hikyaku/core';
import type { SessionLog } from '../sessions/session-log.ts';

/** Sender and recipients of the mail being given. */
export interface Envelope {
  mailFrom: string;
  recipients: string[];
  /** Of somebody who has not signed in: a report for a tenant, once RCPT has named it, and until then what he is answered. */
  report?: { refusedAs: RelayError; tenantId: string | null };
}
export type ReportEnvelope = Required<Envelope>;

export const isReport = (envelope: Envelope | null): envelope is ReportEnvelope => envelope?.report !== undefined;

/** Who has signed in. */
export interface Identity {
  username: string;
  deviceId: string;
  /** Of the credential. */
  credentialId: string;
  /** How: its user name and password; a POP login a short while ago; its address. Those without AUTH are looked at anew at each MAIL. */
  by: 'login' | 'pop' | 'address';
  /** Milliseconds since the epoch: the password was replaced and is good until then. Null: it is the present one. */
  oldUntil: number | null;
}

/** One SMTP dialogue as the commands see it. */
export interface Session {
  readonly door: Door;
  readonly clientAddress: string;
  readonly log: SessionLog;
  readonly isSecure: boolean;
  /** TLS version and cipher, null in plain. */
  readonly tls: string | null;
  /** What EHLO or HELO said; null before it. */
  hello: string | null;
  identity: Identity | null;
  envelope: Envelope | null;
  /** The client signs in as a tenant's device: false when the tenant has too many connections. */
  admit(tenantId: string): boolean;
  /** Puts the session's stream into TLS. */
  startTls(): void;
  /** Bytes came with the present command, behind it. */
  readonly hasMore: boolean;
  close(): void;
  /** From the next byte on the stream is mail, until its end mark. */
  receive(sink: DataSink): void;
  /** Writes a reply that no command waits for (the one after DATA). */
  answer(code: number, text: string): void;
}

/** Where the bytes of a DATA phase go, dots undone. */
export interface DataSink {
  /** A promise means: wait before giving more. */
  write(bytes: Buffer): Promise<void> | undefined;
  /** All is there but an end mark: the last of a mail's parts is closed, and nothing follows it. */
  readonly isWhole: boolean;
  /** The end mark came. Resolves when the reply is written. */
  end(): Promise<void>;
  /** The connection is gone. */
  abort(): void;
}
