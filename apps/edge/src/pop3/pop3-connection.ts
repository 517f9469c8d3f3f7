import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import { type Door, type RelayError, toSmtpReply } from '@hikyaku/core';
import { cutAfter } from '../doors/cut-after.ts';
import { isClientHello } from '../doors/first-bytes.ts';
import { letGo } from '../doors/let-go.ts';
import { wrapTls } from '../doors/wrap-tls.ts';
import type { ConnectionPlace } from '../limits/connection-places.ts';
import { checkLogin, checkUsername, type LoginClient } from '../login/check-login.ts';
import type { SessionLog } from '../sessions/session-log.ts';
import { tlsFailureOf } from '../sessions/tls-failure.ts';
import { withoutPadding } from '../smtp/command-lines.ts';
import { replyOf } from '../smtp/reply.ts';
import type { Identity } from '../smtp/session.ts';
import { answerOfEmptyMaildrop, answerOfStranger, capabilities, NO_COMMAND, type Pop3Reply } from './pop3-answers.ts';
import type { Pop3Services } from './pop3-services.ts';

/** RFC 2449, 4: a command has 255 octets; a password pasted with blanks fits too. */
const MAX_LINE = 512;
/** Commands that were refused; no device makes so many mistakes. */
const MAX_ERRORS = 20;
/** From then on a stranger waits for each further one, as after a wrong password. */
const FREE_ERRORS = 5;
const MAX_LOGIN_ERRORS = 6;

/** One POP3 dialogue. A login is all that it is for: the maildrop behind it is always empty. */
export class Pop3Connection implements LoginClient {
  readonly door: Door;
  readonly log: SessionLog;
  readonly startedAt: number;
  lastCommandAt: number;
  /** Of OpenSessions. */
  slot = -1;
  identity: Identity | null = null;
  #services: Pop3Services;
  #socket: Socket | TLSSocket;
  #place: ConnectionPlace;
  #context: () => SecureContext | undefined;
  #onGone: () => void;
  /** What came and is no whole line yet. */
  #rest = '';
  #username: string | null = null;
  #errors = 0;
  #loginErrors = 0;
  #isBusy = false;
  #isGone = false;
  /** The last word is said. */
  #isLeaving = false;
  #isUpgrading = false;
  #hasEnded = false;
  #isFirst = true;

  constructor(parts: {
    door: Door;
    socket: Socket | TLSSocket;
    services: Pop3Services;
    log: SessionLog;
    place: ConnectionPlace;
    /** For STLS. */
    context: () => SecureContext | undefined;
    onGone: () => void;
  }) {
    this.door = parts.door;
    this.log = parts.log;
    this.#services = parts.services;
    this.#socket = parts.socket;
    this.#place = parts.place;
    this.#context = parts.context;
    this.#onGone = parts.onGone;
    this.startedAt = this.lastCommandAt = parts.services.clock.now();
    // It has a name first: see letGo.
    const sendAway = () => {
      this.log.withoutRoom();
      this.dismiss('-ERR [SYS/TEMP] Too many connections');
    };
    parts.place.sendAway = sendAway;
  }

  get clientAddress(): string {
    return this.log.record.address;
  }

  get isSecure(): boolean {
    return this.#socket instanceof TLSSocket;
  }

  get tls(): string | null {
    if (!(this.#socket instanceof TLSSocket)) return null;
    return `${this.#socket.getProtocol()} ${this.#socket.getCipher()?.name}`;
  }

  admit(tenantId: string): boolean {
    return this.#place.signIn(tenantId);
  }

  begin(): void {
    this.#listen();
    // No time stamp in brackets, which would offer APOP.
    this.#write({ line: '+OK Hikyaku POP3 ready' });
  }

  /** Ends the dialogue from our side. */
  dismiss(line: string): void {
    // In the middle of a handshake nothing can be said.
    if (this.#isUpgrading) this.#socket.destroy();
    else this.#write({ line, next: 'close' });
  }

  #listen(): void {
    const socket = this.#socket;
    socket.setTimeout(this.#services.idleMs, () => {
      this.log.ending('idle');
      this.dismiss('-ERR [SYS/TEMP] Timeout exceeded');
    });
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('end', () => {
      this.#hasEnded = true;
      void this.#work();
    });
    socket.on('error', (error: Error) => this.#failed(error));
    socket.once('close', () => {
      this.#gone();
      letGo(socket);
    });
    socket.resume();
  }

  #take(bytes: Buffer): void {
    if (this.#isLeaving) return;
    this.#rest += bytes.toString('latin1');
    if (this.#isFirst && !this.isSecure) {
      const isHello = isClientHello(Buffer.from(this.#rest.slice(0, 4), 'latin1'));
      if (isHello === null) return;
      if (isHello) {
        this.#services.onClientHello(this.door.name, this.clientAddress);
        this.log.tlsFirst();
        this.#socket.destroy();
        return;
      }
    }
    this.#isFirst = false;
    // A mistake of ours ends this session, and never the process with everybody else's.
    this.#work().catch((error: unknown) => {
      this.#services.logger.error({ event: 'pop3.bug', err: error });
      this.#socket.destroy();
    });
  }

  /** Line by line, the next one after the answer to the one before. */
  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    // What is not read yet waits at the client's side.
    this.#socket.pause();
    try {
      // Blank ones are nobody's command, as at the SMTP doors.
      for (let line = this.#nextLine(); line !== null; line = this.#nextLine()) if (line !== '') await this.#obey(line);
    } finally {
      this.#isBusy = false;
    }
    if (this.#hasEnded) this.#socket.end();
    else if (this.#rest.length > MAX_LINE) {
      this.log.lineTooLong();
      this.dismiss('-ERR Line too long');
    }
    this.#socket.resume();
  }

  /** Null: none is whole, or nothing counts any more. */
  #nextLine(): string | null {
    if (this.#isLeaving) return null;
    const end = this.#rest.indexOf('\n');
    if (end === -1 || end > MAX_LINE) return null;
    const line = Buffer.from(this.#rest.slice(0, end), 'latin1');
    this.#rest = this.#rest.slice(end + 1);
    return withoutPadding(line).toString().trimEnd();
  }

  async #obey(line: string): Promise<void> {
    this.lastCommandAt = this.#services.clock.now();
    this.log.command(line, false);
    let reply: Pop3Reply;
    try {
      reply = await this.#answer(line);
    } catch (error) {
      reply = { line: `-ERR [SYS/TEMP] ${replyOf(error, this.#services.logger).text}`, next: 'close' };
    }
    if (this.#isGone) return;
    if (reply.line.startsWith('-ERR')) reply = await this.#refused(reply);
    this.#write(reply);
    if (reply.next === 'tls') await this.#startTls();
  }

  async #answer(line: string): Promise<Pop3Reply> {
    const [, word = '', argument = ''] = /^\s*([A-Za-z]+):?(?:\s(.*))?$/s.exec(line) ?? [];
    const verb = word.toUpperCase();
    if (verb === 'CAPA') return capabilities(this.isSecure);
    if (this.identity) return answerOfEmptyMaildrop(verb, argument.trim()) ?? NO_COMMAND;
    switch (verb) {
      case 'USER':
        return this.#user(argument);
      case 'PASS':
        return this.#pass(argument);
      case 'STLS':
        return this.#stls(argument);
      case 'APOP':
      case 'AUTH':
        this.#noteMechanism(verb);
        return { line: '-ERR Only USER and PASS are known here' };
      default:
        if (!answerOfStranger(verb)) this.log.notUnderstood();
        return answerOfStranger(verb) ?? NO_COMMAND;
    }
  }

  async #user(username: string): Promise<Pop3Reply> {
    this.#username = null;
    const error = await checkUsername(this, this.#services, 'POP3', { username });
    if (error) return this.#loginRefused(error);
    this.#username = username;
    return { line: '+OK' };
  }

  async #pass(password: string): Promise<Pop3Reply> {
    const username = this.#username;
    this.#username = null;
    if (username === null) return { line: '-ERR USER comes first' };
    const outcome = await checkLogin(this, this.#services, 'POP3', { username, password });
    // Nobody else can have signed in here before.
    if (outcome.kind === 'other') return NO_COMMAND;
    if (outcome.kind === 'refused') return this.#loginRefused(outcome.error);
    this.#services.popLogins.note(this.clientAddress, this.identity!.credentialId);
    return { line: '+OK Maildrop is empty' };
  }

  #loginRefused(error: RelayError): Pop3Reply {
    this.#loginErrors += 1;
    const { code, text } = toSmtpReply(error);
    const kind = code < 500 ? '[SYS/TEMP]' : '[AUTH]';
    return { line: `-ERR ${kind} ${text}`, ...(code === 421 ? { next: 'close' } : {}) };
  }

  #stls(argument: string): Pop3Reply {
    if (this.isSecure) return { line: '-ERR TLS is active already' };
    if (argument.trim() !== '') {
      this.log.tlsFailed('not_tls', 'a word stood behind STLS');
      return { line: '-ERR STLS takes no argument' };
    }
    return { line: '+OK Begin TLS now', next: 'tls' };
  }

  #noteMechanism(mechanism: string): void {
    this.log.login(
      { mechanism, username: null, refusal: 'mechanism', oddities: [], passwordLength: null, oldUntil: null },
      null,
      null,
    );
  }

  /** What came in plain behind STLS is thrown away: it was not the client's, or not meant for plain ears (RFC 2595, 4). */
  async #startTls(): Promise<void> {
    const plain = this.#socket;
    const context = this.#context();
    plain.removeAllListeners('data').removeAllListeners('end').removeAllListeners('error').setTimeout(0);
    plain.on('error', (error) => this.#failed(error));
    this.#rest = '';
    this.#username = null;
    this.#isUpgrading = true;
    try {
      if (!context) throw new Error('no certificate');
      this.#socket = await wrapTls(plain, context);
    } catch (error) {
      return this.#failed(error as Error, true);
    } finally {
      this.#isUpgrading = false;
    }
    this.#rest = '';
    this.log.encrypted(this.tls);
    this.#listen();
  }

  /** A refusal: a stranger waits for it, and beyond so many the dialogue ends. */
  async #refused(reply: Pop3Reply): Promise<Pop3Reply> {
    this.#errors += 1;
    if (!this.identity && this.#errors > FREE_ERRORS)
      await this.#services.clock.sleep(this.#services.authDelay.fail(this.clientAddress, ''));
    if (this.#errors < MAX_ERRORS && this.#loginErrors < MAX_LOGIN_ERRORS) return reply;
    this.log.ending('errors');
    return { line: '-ERR Too many errors', next: 'close' };
  }

  #write({ line, more, next }: Pop3Reply): void {
    this.log.said(more ? [line, ...more].join(' · ') : line);
    const text = more ? [line, ...more, '.'].join('\r\n') : line;
    if (this.#socket.writable) this.#socket.write(`${text.replace(/[^\r\n -~]/g, ' ')}\r\n`);
    if (next !== 'close' || this.#isLeaving) return;
    this.#isLeaving = true;
    this.#rest = '';
    if (line.startsWith('+OK')) this.log.ending('quit');
    this.#socket.end();
    cutAfter(this.#socket);
  }

  #failed(error: Error, isHandshake = false): void {
    const failure = tlsFailureOf(error);
    if (isHandshake || failure === 'certificate') this.log.tlsFailed(failure, error.message);
    const event = isHandshake ? 'tls.failed' : 'pop3.socket_error';
    this.#services.logger.info({ event, door: this.door.name, address: this.clientAddress, reason: error.message });
    this.#socket.destroy();
    this.#gone();
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = this.#isLeaving = true;
    this.log.ended();
    this.#place.release();
    this.#onGone();
  }
}
