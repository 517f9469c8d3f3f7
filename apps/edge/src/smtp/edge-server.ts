import type net from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { type Door, RelayError } from '@hikyaku/core';
import { SMTPServer } from 'smtp-server';
import type { Dialogue } from '../doors/dialogue.ts';
import { OpenSessions } from '../doors/open-sessions.ts';
import type { ConnectionPlace } from '../limits/connection-places.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { EdgeConnection } from './edge-connection.ts';
import { refusal } from './reply.ts';
import type { SmtpServices } from './services.ts';

/** A dialogue that spoke that recently is not idle: a stop lets it bring its mail. */
const IDLE_AFTER_MS = 2000;

/** The dialogues of one door. The listening socket is the door's own; the library's is never opened. */
export class EdgeServer extends SMTPServer implements Dialogue {
  readonly door: Door;
  #services: SmtpServices;
  /** The library's own set stays empty. */
  #open = new OpenSessions<EdgeConnection>();

  constructor(door: Door, services: SmtpServices) {
    super({
      name: services.hostName,
      banner: 'Hikyaku',
      logger: false,
      disableReverseLookup: true,
      socketTimeout: services.idleMs,
      // Enhanced codes are part of our texts.
      hideENHANCEDSTATUSCODES: true,
    });
    this.door = door;
    this.#services = services;
    // The library emits what it cannot place; without a listener that would end the process.
    this.on('error', (error: Error) => services.logger.warn({ event: 'smtp.error', door: door.name, err: error }));
  }

  /** The library would parse its built-in certificate here, whose key is public. */
  override updateSecureContext(): void {
    this.secureContext = new Map();
  }

  busyLine(): string {
    const { code, text } = refusal(new RelayError('edge.busy'));
    return `${code} ${text}`;
  }

  noHeaderLine(): string {
    return '421 4.3.0 Error: a PROXY header must come first';
  }

  plainLine(port: number): string {
    return `421 this port starts with TLS; use ${port}`;
  }

  /** For STARTTLS from now on. */
  useContext(context: SecureContext): void {
    this.secureContext.set('*', context);
  }

  /** A dialogue over the socket. Its place is given back when it is gone. */
  begin(socket: net.Socket | TLSSocket, log: SessionLog, place: ConnectionPlace): void {
    const connection = new EdgeConnection(this, this.door, socket, this.#services, log, place, this.#open);
    connection.init();
  }

  /** Ends dialogues that have not signed in for too long, however slowly they talk. */
  closeStrangers(): void {
    const now = this.#services.clock.now();
    for (const connection of this.#open) {
      // Either way: a clock that was set back must not keep them.
      if (connection.identity || Math.abs(now - connection.startedAt) <= this.#services.strangerMs) continue;
      connection.log.ending('idle');
      connection.dismiss('4.4.2 Error: timeout exceeded');
    }
  }

  /** Says goodbye to idle dialogues, or to all; resolves to how many are left. */
  closeIdle(all: boolean): number {
    const before = this.#services.clock.now() - IDLE_AFTER_MS;
    for (const connection of this.#open) {
      if (all || (!connection.isInTransaction && connection.lastCommandAt <= before)) {
        connection.log.ending('shutdown');
        connection.send(421, `4.3.2 ${this.#services.hostName} Service shutting down`);
      }
    }
    return this.#open.size;
  }
}
