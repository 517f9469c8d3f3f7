import {
  type Door,
  type ErrorCode,
  type LoginTry,
  newId,
  type RefusalScope,
  type SessionEnd,
  type SessionLine,
  type SessionRecord,
  type SessionStep,
  type TlsFailure,
} from '@hikyaku/core';
import { isMechanismName, readCommand } from '../smtp/read-command.ts';
import { spokenProtocol } from './spoken-protocol.ts';

/** Whose session it is: the owner of the user name that was tried. */
export interface SessionOwner {
  tenantId: string;
  deviceId: string;
}

/** What a refused login is where nobody has its user name. */
export interface StrangerTry {
  refusal: NonNullable<LoginTry['refusal']>;
  typedName: string | null;
}

/** When a waiting owner is told. */
export type SessionMoment = SessionStep | 'failed' | 'ended';

/** Told of what a session does. Must return at once and never throw. */
export interface SessionListener {
  step(log: SessionLog, moment: SessionMoment): void;
}

/** Lines of a session: the first ones, then those of its end. A camera that repeats itself a thousand times says nothing new. */
const FIRST_LINES = 60;
const LAST_LINES = 40;
const MAX_LINE = 200;
const MAX_MESSAGE_IDS = 100;

/** Records one session, from the moment of accept. Keeps verbs and replies; never a password, never content. */
export class SessionLog {
  readonly record: SessionRecord;
  owner: SessionOwner | null = null;
  /** The user name as typed, where it is nobody's: for the lane alone, never kept. */
  typedName: string | null = null;
  /** A user name that the sender's address began with. */
  senderName: string | null = null;
  /** Of the last login that was refused. */
  strangerTry: StrangerTry | null = null;
  /** From then on its owner stays: what else is tried in it is nobody's. */
  isSignedIn = false;
  /** A login whose next answer has not come. */
  #begun: { login: LoginTry; owner: SessionOwner | null; stranger: StrangerTry } | null = null;
  /** The present command, as it may be kept and as it came. */
  #command = '';
  #raw = '';
  #now: () => number;
  #listener: SessionListener;
  #last: SessionLine[] = [];
  #left = 0;
  #isEnded = false;

  constructor(door: Door, address: string, now: () => number, listener: SessionListener) {
    this.#now = now;
    this.#listener = listener;
    const startedAt = now();
    this.record = {
      id: newId(startedAt),
      door: door.name,
      doorTls: door.tls,
      isLegacyDoor: door.isLegacy,
      address,
      startedAt,
      endedAt: null,
      tls: null,
      isTlsFirst: false,
      notTls: null,
      tlsFailure: null,
      hello: null,
      commands: 0,
      commandsInTls: 0,
      unknownCommands: 0,
      isOtherProtocol: false,
      spoken: null,
      refusedCommand: null,
      begunMail: null,
      login: null,
      refusal: null,
      messageIds: [],
      unfinishedBytes: null,
      end: null,
      steps: [],
      lines: [],
    };
    this.#step('connected');
  }

  /** The record with all its lines, as it is now. */
  snapshot(): SessionRecord {
    const left: SessionLine[] =
      this.#left > 0 ? [{ at: this.#last[0]!.at, by: 'note', text: `… ${this.#left} more lines …` }] : [];
    return {
      ...this.record,
      messageIds: [...this.record.messageIds],
      steps: [...this.record.steps],
      lines: [...this.record.lines, ...left, ...this.#last],
    };
  }

  /** On a door that starts with TLS something else came, or nothing. `first`: its first line. */
  notTls(what: 'plain' | 'silent', first: string): void {
    this.record.notTls = what;
    this.record.spoken = spokenProtocol(first);
    this.#line(
      'note',
      what === 'plain' ? 'the client spoke without encryption' : 'the client waited for a greeting without encryption',
    );
  }

  /** TLS from the first byte on a door that starts in plain. */
  tlsFirst(): void {
    this.record.isTlsFirst = true;
    this.#line('note', 'the client began with TLS at once');
  }

  encrypted(tls: string | null): void {
    this.record.tls = tls;
    this.record.tlsFailure = null;
    this.#line('note', `encrypted: ${tls ?? 'unknown'}`);
    this.#step('encrypted');
  }

  /** What a client that begins TLS will be shown. */
  shown(chain: string): void {
    this.record.chain = chain;
  }

  tlsFailed(failure: TlsFailure, words: string): void {
    this.record.tlsFailure = failure;
    this.#line('note', `encryption failed: ${words}`);
    if (failure === 'certificate' && this.record.chain) this.#line('note', `it was shown ${this.record.chain}`);
    this.#listener.step(this, 'failed');
  }

  /** A command line. `isSecret`: an answer of AUTH. */
  command(line: string, isSecret: boolean): void {
    this.record.commands += 1;
    if (this.record.tls !== null) this.record.commandsInTls += 1;
    this.#raw = isSecret ? '' : line;
    this.#command = isSecret ? HIDDEN : shownCommand(line);
    this.#line('device', this.#command);
  }

  /** The present command was refused for its form, or came out of turn: the first that belongs to a mail is told. */
  commandRefused(reply: string): void {
    const { verb } = readCommand(this.#raw);
    if (OF_MAIL.includes(verb)) this.record.refusedCommand ??= { line: clean(this.#command), reply: clean(reply) };
  }

  hello(name: string): void {
    this.record.hello = clean(name);
  }

  /** MAIL, or one more recipient, was taken. */
  mailBegun(recipients: number): void {
    this.record.begunMail = { recipients };
  }

  reply(code: number, text: string | string[]): void {
    // The prompts of AUTH are base64, and say nothing.
    this.#line('server', code === 334 ? '334' : `${code} ${Array.isArray(text) ? text.join(' · ') : text}`);
  }

  /** A reply without a code (POP3). */
  said(text: string): void {
    this.#line('server', text);
  }

  /** A command that no mail program sends. */
  notUnderstood(): void {
    this.record.unknownCommands += 1;
    const others = this.record.door.startsWith('pop3') ? SMTP_ONLY : POP_ONLY;
    if (others.test(this.#raw)) this.record.isOtherProtocol = true;
    this.record.spoken ??= spokenProtocol(this.#raw);
  }

  /** The session ends in the middle of a line, as with a client that ends lines by CR alone (H9). */
  lineNotEnded(): void {
    this.#line('note', 'a line began, and its end (CR LF) never came');
  }

  /** Bytes without the end of a line: no command of any mail program. */
  lineTooLong(): void {
    this.record.unknownCommands += 1;
    this.ending('errors');
  }

  /** A login has begun, and its next answer is waited for. Should none come, this is what it was. */
  loginBegun(login: LoginTry, owner: SessionOwner | null, stranger: StrangerTry): void {
    this.#begun = { login, owner, stranger };
  }

  /** The client gave it up, or is gone. */
  loginGivenUp(): void {
    if (this.#begun) this.login(this.#begun.login, this.#begun.owner, this.#begun.stranger);
  }

  /** `stranger`: of a refused one, what it is where nobody has its user name; null where it names nobody. */
  login(tried: LoginTry, owner: SessionOwner | null, stranger: StrangerTry | null): void {
    this.#begun = null;
    // Whose device has signed in reads the session, and learns nothing of other names that it tries.
    if (this.isSignedIn && owner?.deviceId !== this.owner?.deviceId) return;
    this.record.login = tried;
    this.strangerTry = stranger;
    this.typedName = owner ? null : (stranger?.typedName ?? null);
    if (owner) this.owner = owner;
    if (tried.refusal === null) {
      this.record.refusal = null;
      this.isSignedIn = true;
    }
    this.#take('user_tried');
    if (tried.refusal === null) this.#step('signed_in');
    else this.#listener.step(this, 'failed');
  }

  /** Nobody signed in, and the sender's address began with the user name of somebody's device. */
  namedBySender(owner: SessionOwner, username: string | null): void {
    this.owner = owner;
    this.senderName = username;
  }

  /** Known without a login. `how`: for the owner to read. */
  recognised(how: string, username: string, owner: SessionOwner): void {
    this.#line('note', `known without a login, by ${how}: ${username}`);
    const login: LoginTry = {
      mechanism: how,
      username,
      refusal: null,
      oddities: [],
      passwordLength: null,
      oldUntil: null,
    };
    this.login(login, owner, null);
  }

  /** A command or a mail was refused by one of our errors. */
  refused(code: ErrorCode, value: string | null, limit: string | null, scope: RefusalScope | null = null): void {
    const known = this.record.refusal;
    // Commands behind a MAIL that was refused for want of a login say less than it; of too many recipients the first tells from where on.
    const isKnown =
      (code === 'edge.auth_required' && this.senderName !== null && known !== null) ||
      (code === 'edge.too_many_recipients' && known?.code === code);
    if (!isKnown) {
      const about = known?.code === code && code.startsWith('edge.recipient') ? together(known.value, value) : value;
      this.record.refusal = { code, value: about === null ? null : clean(about), limit, scope };
    }
    this.#listener.step(this, 'failed');
  }

  accepted(messageId: string): void {
    this.record.unfinishedBytes = null;
    this.record.begunMail = null;
    if (this.record.messageIds.length < MAX_MESSAGE_IDS) this.record.messageIds.push(messageId);
    this.#step('accepted');
  }

  /** Bytes of a mail that came to an end, taken or not. */
  received(bytes: number): void {
    this.record.unfinishedBytes = null;
    this.record.begunMail = null;
    this.#line('device', `(a mail of ${bytes} bytes)`);
  }

  /** Its end mark was not strict, or it had none, and nothing followed. */
  endedLoosely(hasMark: boolean): void {
    const how = hasMark ? 'with an odd end mark' : 'without an end mark, its last part closed';
    this.#line('note', `the mail ended ${how}, and silence`);
  }

  /** A mail is coming and has not ended. */
  cutOff(bytes: number): void {
    this.record.unfinishedBytes = bytes;
    this.#line('note', `the connection ended in a mail, after ${bytes} bytes`);
  }

  /** There was no room for it, or there is none any more. */
  withoutRoom(): void {
    this.refused('edge.busy', null, null);
    this.ending('refused');
  }

  /** How it is going to end; the first word counts. */
  ending(how: SessionEnd): void {
    this.record.end ??= how;
  }

  /** The connection is gone. May be called more than once. */
  ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.record.end ??= 'closed';
    this.record.endedAt = this.#now();
    this.loginGivenUp();
    this.#listener.step(this, 'ended');
  }

  #take(step: SessionStep): void {
    const { steps, startedAt } = this.record;
    if (!steps.some((taken) => taken.step === step)) steps.push({ step, at: this.#now() - startedAt });
  }

  #step(step: SessionStep): void {
    this.#take(step);
    this.#listener.step(this, step);
  }

  #line(by: SessionLine['by'], text: string): void {
    const line = { at: this.#now() - this.record.startedAt, by, text: clean(text) };
    if (this.record.lines.length < FIRST_LINES) this.record.lines.push(line);
    else {
      this.#last.push(line);
      if (this.#last.length > LAST_LINES) {
        this.#last.shift();
        this.#left += 1;
      }
    }
  }
}

/** Refused recipients that are told together. */
const MAX_TOLD = 3;

/** Both, each once, as long as they are few. */
function together(known: string | null, more: string | null): string | null {
  if (!known || !more) return known ?? more;
  const all = known.split(', ');
  return all.includes(more) || all.length >= MAX_TOLD ? known : `${known}, ${more}`;
}

/** Words that only the other protocol has. */
const SMTP_ONLY = /^(?:EHLO|HELO|MAIL|RCPT|DATA|STARTTLS)(?:\s|$)/i;
const POP_ONLY = /^(?:USER|PASS|APOP|CAPA|STLS|STAT|LIST|UIDL|RETR)(?:\s|$)/i;

/** What a mail is given by. */
const OF_MAIL: readonly string[] = ['MAIL', 'RCPT', 'DATA', 'BDAT'];

const HIDDEN = '••••• (not kept)';
/** Of both protocols, with what may stand behind them. */
const COMMANDS: Record<string, RegExp> = {
  EHLO: /^/,
  HELO: /^/,
  MAIL: /^from\b.*[<@:=]/is,
  RCPT: /^to\b.*[<@:=]/is,
  ...Object.fromEntries(['LIST', 'UIDL', 'RETR', 'DELE', 'TOP'].map((verb) => [verb, /^[\s\d]*$/])),
  ...Object.fromEntries(
    ['DATA', 'STARTTLS', 'RSET', 'NOOP', 'VRFY', 'HELP', 'QUIT', 'CAPA', 'STLS', 'STAT'].map((verb) => [verb, /^$/]),
  ),
};
/** Nearly every line of a session: what `COMMANDS` lets pass, seen by one look. */
const USUAL = /^(?:EHLO |HELO |(?:MAIL FROM|RCPT TO):<|(?:DATA|STARTTLS|QUIT|RSET|NOOP)$)/i;
/** POP3's, with a name or a password behind them. */
const SECRET_VERBS = new Set(['USER', 'PASS', 'APOP']);

/**
 * A command as it may be kept. AUTH without its answer; what is no command may be a password that came at the wrong time, or a line of a mail whose DATA was refused,
 * which may begin with the word of a command.
 */
function shownCommand(line: string): string {
  if (USUAL.test(line)) return line;
  const { verb, rest } = readCommand(line.slice(0, MAX_LINE));
  if (verb === 'AUTH') {
    const [mechanism = ''] = /^[\w-]*/.exec(rest) ?? [];
    return `AUTH ${isMechanismName(mechanism) ? mechanism : ''} ${HIDDEN}`;
  }
  if (SECRET_VERBS.has(verb)) return `${verb} ${HIDDEN}`;
  if (COMMANDS[verb]?.test(rest)) return line;
  return verb in COMMANDS ? `${verb} ${HIDDEN}` : `(no command, ${line.length} characters)`;
}

const PRINTABLE = /^[ -~]*$/;

/** One line of what may be anything: nothing that moves a cursor or turns the writing round, no NUL (Postgres takes none), bounded. */
function clean(text: string): string {
  const cut = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text;
  // Nearly every line; the Unicode classes below cost a quarter of a whole record.
  if (PRINTABLE.test(cut)) return cut.trimEnd();
  return cut
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, ' ')
    .trimEnd()
    .toWellFormed();
}
