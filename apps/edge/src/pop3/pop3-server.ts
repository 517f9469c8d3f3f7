import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import type { Door } from '@hikyaku/core';
import type { Dialogue } from '../doors/dialogue.ts';
import { OpenSessions } from '../doors/open-sessions.ts';
import type { ConnectionPlace } from '../limits/connection-places.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { Pop3Connection } from './pop3-connection.ts';
import type { Pop3Services } from './pop3-services.ts';

/** A dialogue that spoke that recently is not idle: a stop lets it say its last word. */
const IDLE_AFTER_MS = 2000;

/** The POP3 dialogues of one door: who signs in here may send without AUTH for a while (POP before SMTP). */
export class Pop3Server implements Dialogue {
  #door: Door;
  #services: Pop3Services;
  #context: SecureContext | undefined;
  #open = new OpenSessions<Pop3Connection>();

  constructor(door: Door, services: Pop3Services) {
    this.#door = door;
    this.#services = services;
  }

  begin(socket: Socket | TLSSocket, log: SessionLog, place: ConnectionPlace): void {
    const connection: Pop3Connection = new Pop3Connection({
      door: this.#door,
      socket,
      services: this.#services,
      log,
      place,
      context: () => this.#context,
      onGone: () => this.#open.delete(connection),
    });
    this.#open.add(connection);
    connection.begin();
  }

  useContext(context: SecureContext): void {
    this.#context = context;
  }

  busyLine(): string {
    return '-ERR [SYS/TEMP] Too many connections, try again later';
  }

  noHeaderLine(): string {
    return '-ERR [SYS/TEMP] A PROXY header must come first';
  }

  plainLine(port: number): string {
    return `-ERR this port starts with TLS; use ${port}`;
  }

  closeStrangers(): void {
    const now = this.#services.clock.now();
    for (const connection of this.#open) {
      // Either way: a clock that was set back must not keep them.
      if (connection.identity || Math.abs(now - connection.startedAt) <= this.#services.strangerMs) continue;
      connection.log.ending('idle');
      connection.dismiss('-ERR [SYS/TEMP] Timeout exceeded');
    }
  }

  closeIdle(all: boolean): number {
    const before = this.#services.clock.now() - IDLE_AFTER_MS;
    for (const connection of this.#open) {
      if (!all && connection.lastCommandAt > before) continue;
      connection.log.ending('shutdown');
      connection.dismiss('-ERR [SYS/TEMP] Service shutting down');
    }
    return this.#open.size;
  }
}
