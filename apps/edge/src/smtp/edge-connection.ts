import type net from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Door, ErrorCode, RefusalScope, RelayError } from '@hikyaku/core';
import type { SMTPServer } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { letGo } from '../doors/let-go.ts';
import type { OpenSessions } from '../doors/open-sessions.ts';
import { wrapTls } from '../doors/wrap-tls.ts';
import type { ConnectionPlace } from '../limits/connection-places.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { tlsFailureOf } from '../sessions/tls-failure.ts';
import { withoutPadding } from './command-lines.ts';
import { findCommand } from './command-table.ts';
import { DataParser } from './data-parser.ts';
import { MAX_RECIPIENTS } from './recipient-policy.ts';
import { type Reply, replyOf } from './reply.ts';
import type { SmtpServices } from './services.ts';
import type { DataSink, Envelope, Session } from './session.ts';
import { sizeLimit, sizeScope } from './size-limit.ts';

/** Devices probe, repeat and send unknown verbs (H17); beyond that many refused commands it is no device. Refused recipients are no errors. */
const MAX_ERRORS = 50;
/** Devices that probe send a handful; from then on a stranger waits for each further refusal as after a wrong password. */
const FREE_ERRORS = 10;
/** Logins that were refused, could not be read or asked for another mechanism: no device tries more in one session. */
const MAX_AUTH_ERRORS = 6;

/** What the library would ask the socket for, a system call each, and we never look at: addresses are the record's. */
const NOT_ASKED = { id: '-', localAddress: '-', localPort: 1, remoteAddress: '-', remotePort: 1 };

/**
 * One SMTP dialogue: the library's socket handling; greeting, lines, dispatch, STARTTLS and DATA are ours. Overridden are
 * methods only, each for one reason; the version of smtp-server is pinned and the conformance tests hold it.
 */
export class EdgeConnection extends SMTPConnection implements Session {
  readonly door: Door;
  readonly log: SessionLog;
  readonly startedAt: number;
  lastCommandAt: number;
  /** Of {@link OpenSessions}. */
  slot = -1;
  hello: string | null = null;
  identity: Session['identity'] = null;
  envelope: Envelope | null = null;
  #services: SmtpServices;
  #place: ConnectionPlace;
  #open: OpenSessions<EdgeConnection>;
  #next: Reply['next'];
  #sink: DataSink | undefined;
  #errors = 0;
  /** Asked of OpenSSL once. */
  #tls: string | undefined;
  #authErrors = 0;

  constructor(
    server: SMTPServer,
    door: Door,
    socket: net.Socket | TLSSocket,
    services: SmtpServices,
    log: SessionLog,
    place: ConnectionPlace,
    open: OpenSessions<EdgeConnection>,
  ) {
    super(server, socket, NOT_ASKED);
    this.door = door;
    this.#services = services;
    this.log = log;
    this.#place = place;
    this.#open = open;
    open.add(this);
    // It has a name first: see letGo.
    const sendAway = () => {
      log.withoutRoom();
      this.dismiss('4.3.2 Too many connections');
    };
    place.sendAway = sendAway;
    this.startedAt = services.clock.now();
    this.lastCommandAt = this.startedAt;
    // On a STARTTLS door a client may have begun with TLS (T1), so the door's mode does not tell.
    this.session.secure = this.secure = socket instanceof TLSSocket;
  }

  /** As a proxy tells it; the library knows the socket's only. */
  get clientAddress(): string {
    return this.log.record.address;
  }

  get isSecure(): boolean {
    return this.secure;
  }

  get tls(): string | null {
    if (!(this._socket instanceof TLSSocket)) return null;
    this.#tls ??= `${this._socket.getProtocol()} ${this._socket.getCipher()?.name}`;
    return this.#tls;
  }

  /** True while a mail is being given or stored: a stop waits for it. */
  get isInTransaction(): boolean {
    return this.envelope !== null || this.#sink !== undefined || this._handlerPending;
  }

  /** The library waits 100 ms for early talkers here, and asks hooks that we have not; ours may talk early (T9) and wait for nothing. */
  override init(): void {
    this._setListeners(() => {
      if (this._closing || this._closed) return;
      this._resetSession();
      this._sendGreeting();
    });
  }

  override _createParser(): DataParser {
    // Each has a name first: see letGo.
    const onCommand = (line: Buffer, resume?: () => void) => this._onCommand(line, resume);
    const onClientHello = () => {
      if (this.secure) return;
      this.#services.onClientHello(this.door.name, this.clientAddress);
      this.log.tlsFirst();
      this.close();
    };
    const onLooseEnd = (hasMark: boolean) => this.log.endedLoosely(hasMark);
    const parser = Object.assign(new DataParser(), { oncommand: onCommand, onClientHello, onLooseEnd });
    // The client ended its side: everything it had sent is answered by now.
    parser.on('finish', () => {
      if (!this._closed && !this._closing) this.close();
    });
    parser.on('error', () => {
      this.log.lineTooLong();
      this.send(421, '4.7.0 Error: line too long');
    });
    return parser;
  }

  override _onCommand(bytes: Buffer, callback: () => void = () => {}): void {
    const resume = () => this._whenWritable(callback);
    const line = withoutPadding(bytes).toString();
    // Lines that came in plain behind STARTTLS are thrown away; blank ones between commands are ignored (H10).
    if (this._upgrading || this._closing || (!this.#next && line.trim() === '')) {
      resume();
      return;
    }
    this.lastCommandAt = this.#services.clock.now();
    // No name and no password of ours is three bytes long: who says that has given up.
    const next = this.#next && !/^\s*quit\s*$/i.test(line) ? this.#next : undefined;
    this.#next = undefined;
    this.log.command(line, next !== undefined);
    const { logger } = this.#services;
    const done = (reply: Reply) => this.#finish(reply, line, next !== undefined, resume);
    const fail = (error: unknown) => done(replyOf(error, logger));
    this._handlerPending = true;
    let outcome: Reply | Promise<Reply>;
    try {
      outcome = next ? next(line) : findCommand(line)(this, this.#services);
    } catch (error) {
      fail(error);
      return;
    }
    if (outcome instanceof Promise) outcome.then(done, fail);
    else done(outcome);
  }

  /** Answers a command, a stranger's refused one after its time. Nothing is waited for otherwise: most of a session's commands pass here in one go. */
  #finish(reply: Reply, line: string, isAnswer: boolean, resume: () => void): void {
    const isAuth = isAnswer || (reply.code >= 500 && /^\s*auth/i.test(line));
    const say = (): void => {
      try {
        this.#say(reply, line, isAuth);
        resume();
      } catch (error) {
        // A mistake of ours in an answer ends this session, and never the process with everybody else's.
        this.#services.logger.error({ event: 'smtp.bug', err: error });
        this._socket.destroy();
      }
    };
    const waitMs = this.#penalty(reply, isAuth);
    if (waitMs > 0) this.#services.clock.sleep(waitMs).then(say);
    else say();
  }

  #say(reply: Reply, line: string, isAuth: boolean): void {
    this._handlerPending = false;
    if (this._closed) return;
    this.#next = reply.next;
    if (isAuth && reply.code >= 500) this.#authErrors += 1;
    if (reply.error) this.#noteRefusal(reply.error, line);
    this.#reply(reply);
    if (reply.code === 221) this.log.ending('quit');
    reply.after?.();
  }

  /** What a refusal was about: the address that a command named, or the size that it declared. A refused login is told by AUTH itself. */
  #noteRefusal({ code, about }: RelayError, line: string): void {
    if (isLoginRefusal(code)) return;
    const isSize = code === 'edge.too_large';
    const isAddress = code === 'edge.address_not_allowed';
    const named = isAddress ? this.clientAddress : (about ?? null);
    const value = isSize ? (/\bSIZE=(\d{1,15})/i.exec(line)?.[1] ?? null) : named;
    this.log.refused(code, value, this.#limitBehind(code), this.#scopeOf(code));
  }

  #scopeOf(code: ErrorCode): RefusalScope | null {
    if (code === 'edge.too_large') return sizeScope(this, this.#services);
    const { deviceId } = this.identity ?? {};
    if (code !== 'edge.recipient_refused' || !deviceId) return null;
    return this.#services.policies.find(deviceId)?.recipientsMode ?? null;
  }

  #limitBehind(code: ErrorCode): string | null {
    if (code === 'edge.too_large') return String(sizeLimit(this, this.#services));
    if (code === 'edge.too_many_recipients') return String(MAX_RECIPIENTS);
    return code === 'limit.mails_per_minute' ? String(this.#services.deviceRates.perMinute) : null;
  }

  /** Milliseconds that a stranger waits for a refusal: as after a wrong password, for what AUTH cannot read at once, for other commands after the free ones. */
  #penalty({ code, error }: Reply, isAuth: boolean): number {
    const isDelayed = error !== undefined && isLoginRefusal(error.code);
    if (this.identity || code < 500 || isDelayed || (!isAuth && this.#errors < FREE_ERRORS)) return 0;
    return this.#services.authDelay.fail(this.clientAddress, '');
  }

  #reply({ code, text, error }: Reply): void {
    const isError =
      code >= 500 && !error?.code.startsWith('edge.recipient') && error?.code !== 'edge.too_many_recipients';
    if (isError) this.#errors += 1;
    if (isError && !error) this.log.commandRefused(`${code} ${text}`);
    if (isError && (this.#errors >= MAX_ERRORS || this.#authErrors >= MAX_AUTH_ERRORS)) {
      this.log.ending('errors');
      this.send(421, '4.7.0 Error: too many errors');
    } else this.send(code, text);
  }

  override send(code: number, text?: string | string[] | null): void {
    if (code >= 400) this.#services.metrics.refused(code);
    this.log.reply(code, text ?? '');
    // In a TLS handshake the raw socket takes nothing. The library's own writes nothing to a client that has ended its side.
    if (!this._upgrading && this._socket.writable) this._socket.write(linesOf(code, text ?? ''));
    if (code === 421) this.close();
  }

  get hasMore(): boolean {
    return (this._parser as DataParser | undefined)?.hasMore ?? false;
  }

  admit(tenantId: string): boolean {
    return this.#place.signIn(tenantId);
  }

  /** Ends the dialogue from our side; in the middle of a TLS handshake nothing can be said. */
  dismiss(text: string): void {
    if ((this._parser as DataParser | undefined)?.isInLine) this.log.lineNotEnded();
    if (this._upgrading) this._socket.destroy();
    else this.send(421, text);
  }

  answer(code: number, text: string): void {
    this.#sink = undefined;
    if (!this._closed) this.#reply({ code, text });
  }

  receive(sink: DataSink): void {
    this.#sink = sink;
    (this._parser as DataParser).receive(sink);
  }

  /**
   * The library's own upgrade picks a context by the client's server name, which leaves one certificate of several, and bounds a handshake by the idle time alone.
   * What came in plain behind the command stays in the retired parser and is never run (RFC 3207, 6).
   */
  startTls(): void {
    const plain = this._socket;
    const retired = this._parser;
    if (!retired) return;
    plain.unpipe(retired);
    (retired as DataParser).retire();
    this._parser = this._createParser();
    this._upgrading = true;
    plain.removeAllListeners();
    plain.setTimeout(0);
    wrapTls(plain, this._server.secureContext.get('*')!).then(
      (secure) => this.#goOn(secure),
      (error: Error) => {
        this._onError(error);
        this._socket.destroy();
        this._onClose();
      },
    );
  }

  /** Nothing learnt in plain counts any more (RFC 3207, 4.2). */
  #goOn(secure: TLSSocket): void {
    const parser = this._parser;
    // It was ended while the handshake ran.
    if (!parser) return void secure.destroy();
    this._socket = secure;
    this._upgrading = false;
    this.session.secure = this.secure = true;
    this._resetSession();
    secure.once('close', () => this._onClose());
    secure.on('error', (error) => this._onError(error));
    secure.on('_tlsError', (error) => {
      this._onError(error);
      secure.destroy();
    });
    this._armTimeout();
    secure.pipe(parser);
    this.log.encrypted(this.tls);
  }

  /** Called at the beginning and after STARTTLS: nothing learnt in plain counts any more. */
  override _resetSession(): void {
    super._resetSession();
    this.identity = null;
    this.envelope = null;
    this.#next = undefined;
  }

  override _onTimeout(): void {
    const parser = this._parser as DataParser;
    const isWaitingForUs = this._handlerPending || (this.#sink && !parser.isReceiving);
    if (this._closing) this._socket.destroy();
    else if (isWaitingForUs || parser.endIfWhole()) this._armTimeout();
    else {
      this.log.ending('idle');
      this.dismiss(`4.4.2 ${this.name} Error: timeout exceeded`);
    }
  }

  override close(): void {
    this.#open.delete(this);
    super.close();
  }

  override _onClose(): void {
    this.#open.delete(this);
    this.#sink?.abort();
    this.#sink = undefined;
    this.log.ended();
    this.#place.release();
    const parser = this._parser;
    super._onClose();
    if (parser) (parser as DataParser).retire();
    if (this._socket.destroyed) letGo(this._socket);
  }

  /** A device that resets after its 250 is usual (H12); the library would report it to the server as an error. */
  override _onError(error: Error & { code?: string }): void {
    const line = { door: this.door.name, address: this.clientAddress, reason: error.message };
    const failure = tlsFailureOf(error);
    // A client of TLS 1.3 may refuse our certificate only after its handshake is over.
    if (this._upgrading || failure === 'certificate') this.log.tlsFailed(failure, error.message);
    if (this._upgrading) this.#services.logger.info({ event: 'tls.failed', ...line });
    else this.#services.logger.debug({ event: 'smtp.socket_error', ...line });
    this.close();
  }
}

/** A reply on the wire. No line can hold another: what a client said may be in it. */
function linesOf(code: number, text: string | string[]): string {
  if (typeof text === 'string') return `${code} ${withoutControls(text)}\r\n`;
  return text
    .map((line, index) => `${code}${index < text.length - 1 ? '-' : ' '}${withoutControls(line)}\r\n`)
    .join('');
}

// Nearly every reply is plain ASCII; looking for Unicode's controls costs ten times as much.
const withoutControls = (text: string): string => (/^[ -~]*$/.test(text) ? text : text.replace(/\p{Cc}/gu, ' '));

/** AUTH itself has told it, and made it wait. */
const isLoginRefusal = (code: ErrorCode): boolean => code === 'edge.auth_failed' || code === 'edge.auth_unconfirmed';
