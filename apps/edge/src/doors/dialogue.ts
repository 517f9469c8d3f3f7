import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { ConnectionPlace } from '../limits/connection-places.ts';
import type { SessionLog } from '../sessions/session-log.ts';

/** What is spoken behind a door. The door has its limits, proxies, TLS and the record of each session; all that is said is the dialogue's. */
export interface Dialogue {
  /** Takes the socket over, in TLS or not, says from now on how it is sent away, and gives its place back when it is gone. */
  begin(socket: Socket | TLSSocket, log: SessionLog, place: ConnectionPlace): void;
  /** For a client that asks for TLS from now on. */
  useContext(context: SecureContext): void;
  /** The line for a client that finds no room. */
  busyLine(): string;
  /** The line for a proxy that sends no header. */
  noHeaderLine(): string;
  /** The line for a client that speaks plainly where TLS comes first. `port`: where it belongs. */
  plainLine(port: number): string;
  /** Ends sessions that have not signed in for too long. */
  closeStrangers(): void;
  /** Says goodbye to idle sessions, or to all; resolves to how many are left. */
  closeIdle(all: boolean): number;
}
