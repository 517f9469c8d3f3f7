import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { type Door, RelayError } from '@hikyaku/core';
import type { Logger } from '@hikyaku/telemetry';
import type { ConnectionPlace, ConnectionPlaces } from '../limits/connection-places.ts';
import type { EdgeMetrics } from '../metrics.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { tlsFailureOf } from '../sessions/tls-failure.ts';
import type { ServedContext } from '../tls/contexts.ts';
import { cutAfter } from './cut-after.ts';
import type { Dialogue } from './dialogue.ts';
import { peek } from './first-bytes.ts';
import { letGo } from './let-go.ts';
import { proxiedAddress } from './proxied-address.ts';
import type { TlsSpeakers } from './tls-speakers.ts';
import { wrapTls } from './wrap-tls.ts';

/** A client learnt to speak TLS at once gets that long for its hello (it comes 1–4 ms after connecting). */
const LEARNT_WAIT_MS = 30;
/** On a TLS port the client speaks first. One that waits for a banner is told before the 20 s of an APC card are over. */
const IMPLICIT_WAIT_MS = 10_000;
/** Connections of proxies whose header is not here yet: it comes with them, so that more are none of a working one. */
const MAX_WITHOUT_HEADER = 500;
/** Of a first line that is no TLS so much tells what else it is. */
const FIRST_LINE_MAX = 2048;
/** Clients of a door that are being told why they are sent away: they have no place, and beyond that many they are told nothing. */
const MAX_LEAVING = 500;

/** Where a door listens: its port, or the socket that a parent holds for it. `index`: of the door among all. */
export type ListenOn = (door: Door, index: number) => ListenOptions & { fd?: number };

export interface DoorParts {
  dialogue: Dialogue;
  logger: Logger;
  metrics: EdgeMetrics;
  places: ConnectionPlaces;
  /** Begins the record of a session. */
  record: (door: Door, address: string) => SessionLog;
  tlsSpeakers: TlsSpeakers;
  context: () => ServedContext;
  /** Where a client that speaks no TLS belongs. */
  plainPort: () => number;
  /** Whose PROXY header is required, and believed. */
  isProxy: (address: string) => boolean;
}

/** One listening port: limits, proxies, the first bytes, TLS; then the dialogue begins. */
export class ListeningDoor {
  readonly door: Door;
  #parts: DoorParts;
  #server: Server;
  /** Sockets that have not reached their dialogue yet. */
  #entering = new Set<Socket>();
  #withoutHeader = 0;
  #leaving = 0;

  constructor(door: Door, parts: DoorParts) {
    this.door = door;
    this.#parts = parts;
    // Paused: the first bytes wait until they are looked for. Half open: who ends its side behind the last command still gets its answers.
    this.#server = createServer({ noDelay: true, pauseOnConnect: true, allowHalfOpen: true }, (socket) =>
      this.#accept(socket),
    );
    // Out of file descriptors, for example: the connection is lost, the door is not.
    this.#server.on('error', (error) => parts.logger.error({ event: 'door.error', door: door.name, err: error }));
  }

  /** Listens; resolves to the port. @throws RelayError `config.invalid` when the port cannot be had */
  listen(on: ReturnType<ListenOn>): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new RelayError('config.invalid', { internal: `door ${this.door.name}: ${error.message}`, cause: error }),
        ),
      );
      this.#server.listen(on, () => {
        const address = this.#server.address();
        if (typeof address === 'object' && address) this.door.port = address.port;
        resolve(this.door.port);
      });
    });
  }

  /** No new connections; those still entering are dropped. */
  stopListening(): void {
    this.#server.close();
    for (const socket of this.#entering) socket.destroy();
  }

  #accept(socket: Socket): void {
    const peer = plainAddress(socket.remoteAddress);
    if (this.#parts.isProxy(peer)) void this.#acceptProxied(socket, peer);
    else this.#admit(socket, peer);
  }

  /** Behind a balancer all devices share its address; limits, delays and records go by the one that it tells. */
  async #acceptProxied(socket: Socket, proxy: string): Promise<void> {
    socket.on('error', ignore);
    if (this.#withoutHeader >= MAX_WITHOUT_HEADER) return void socket.destroy();
    this.#entering.add(socket);
    this.#withoutHeader += 1;
    const client = await proxiedAddress(socket);
    this.#withoutHeader -= 1;
    this.#entering.delete(socket);
    socket.off('error', ignore);
    if (client.kind === 'told') return this.#admit(socket, client.address ?? proxy);
    if (client.kind === 'untold') {
      this.#parts.metrics.refused(421);
      this.#parts.logger.warn({ event: 'proxy.no_header', door: this.door.name, proxy, reason: client.why });
      if (this.door.tls === 'starttls') return this.#hangUp(socket, this.#parts.dialogue.noHeaderLine());
    }
    socket.destroy();
  }

  #admit(socket: Socket, address: string): void {
    const { places, metrics, logger } = this.#parts;
    const log = this.#parts.record(this.door, address);
    const place = places.take(address, () => {
      log.withoutRoom();
      socket.destroy();
    });
    if (!place) {
      log.withoutRoom();
      log.ended();
      metrics.refused(421);
      logger.warn({ event: 'door.full', door: this.door.name, address, connections: places.count });
      // Behind a hello it could not read the text.
      if (this.door.tls === 'implicit') socket.destroy();
      else this.#hangUp(socket, this.#parts.dialogue.busyLine());
      return;
    }
    socket.once('close', () => {
      place.release();
      if (this.#entering.has(socket)) log.ended();
      letGo(socket);
    });
    metrics.connected(this.door.name);
    this.#entering.add(socket);
    this.#enter(socket, address, log, place)
      .catch((error: Error) => {
        log.tlsFailed(tlsFailureOf(error), error.message);
        // Half of the internet knocks here: one short line, no stack.
        logger.info({ event: 'tls.failed', door: this.door.name, address, reason: error.message });
        socket.destroy();
        log.ended();
      })
      .finally(() => this.#entering.delete(socket));
  }

  async #enter(socket: Socket, address: string, log: SessionLog, place: ConnectionPlace): Promise<void> {
    socket.on('error', ignore);
    const { context, chain } = this.#parts.context();
    log.shown(chain);
    if (this.door.tls === 'implicit') {
      const first = await peek(socket, IMPLICIT_WAIT_MS);
      if (first === 'tls') return this.#enterTls(socket, context, log, place);
      if (first === 'gone') socket.destroy();
      else {
        const came = (socket.read() as Buffer | null)?.subarray(0, FIRST_LINE_MAX).toString('latin1') ?? '';
        log.notTls(first, came.split(/\r?\n/, 1)[0]!);
        this.#refusePlain(socket, address);
      }
      log.ended();
      return;
    }
    const { tlsSpeakers } = this.#parts;
    if (tlsSpeakers.has(this.door.name, address)) {
      if ((await peek(socket, LEARNT_WAIT_MS)) === 'tls') {
        tlsSpeakers.learn(this.door.name, address);
        log.tlsFirst();
        return this.#enterTls(socket, context, log, place);
      }
      tlsSpeakers.waitedInVain(this.door.name, address);
    }
    if (socket.destroyed) return log.ended();
    this.#parts.dialogue.useContext(context);
    socket.off('error', ignore);
    this.#parts.dialogue.begin(socket, log, place);
  }

  async #enterTls(socket: Socket, context: SecureContext, log: SessionLog, place: ConnectionPlace): Promise<void> {
    const secure = await wrapTls(socket, context);
    // Without a tls.Server nobody ends a session whose records are broken.
    secure.on('_tlsError', () => secure.destroy());
    log.encrypted(`${secure.getProtocol()} ${secure.getCipher()?.name}`);
    this.#parts.dialogue.begin(secure, log, place);
  }

  /** T2: the owner reads this in the device's log, or nowhere. */
  #refusePlain(socket: Socket, address: string): void {
    this.#parts.metrics.refused(421);
    this.#parts.logger.info({ event: 'door.plain_on_tls', door: this.door.name, address });
    this.#hangUp(socket, this.#parts.dialogue.plainLine(this.#parts.plainPort()));
  }

  /** Says why and closes; reads on a little, or a reset would take the text away from the client. */
  #hangUp(socket: Socket, line: string): void {
    socket.on('error', ignore);
    if (this.#leaving >= MAX_LEAVING) return void socket.destroy();
    this.#leaving += 1;
    socket.once('close', () => {
      this.#leaving -= 1;
    });
    cutAfter(socket);
    socket.resume();
    socket.end(`${line}\r\n`);
  }
}

const ignore = (): void => {};

/** IPv4 as such, also on a socket of both families. */
function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/i, '');
}
